/**
 * How the search of the site orders what it finds, on top of what VitePress does by itself. VitePress writes the function into the page as it is,
 * so it uses nothing from outside.
 */
export const searchOptions = {
  // Pages for readers come before signatures, reports and the history of changes.
  boostDocument: (id) =>
    /^\/(api|standards)\//.test(id)
      ? 0.1
      : /^\/(changelog|compatibility|conformance|endurance|mutation|performance|scaling|standards)\b/.test(id)
        ? 0.3
        : 1,
};
