// npm run build: dist/ from nothing.
import { build, ensureInstalled } from './ensure-setup.mjs';

ensureInstalled();
build();
