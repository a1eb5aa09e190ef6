/** The text of `--help`. docs/cli.md has the long version. */
export const help = `express-mcp: adds protected MCP endpoints, and looks at them

  express-mcp init [file] [options]
      Adds an endpoint to the Express app in this folder. It shows what it will
      write, and asks before it does. Code that it does not understand stays as it
      is: it then prints what to paste.

      --resource url                   public URL of the endpoint
      --issuer url                     your authorization server
      --scope name                     scope of the first tool
      --yes                            writes without asking

  express-mcp scopes <module> [options]
      Prints every tool, prompt and resource of a registry with what it needs.
      The module's default export, or its export \`registry\`, is the registry; its
      export \`scopeHierarchy\`, if there is one, counts for the roles. If it exports
      an Express app as \`app\`, the protected routes are printed as well.

      --role name=scope1,scope2        adds a column: what may this role use?
      --format table|json|markdown     default table

  express-mcp doctor <url> [options]
      Looks at a running endpoint from outside, as a client does without a token,
      and says what a client would stumble over and how to mend it.

      --timeout seconds                for each request, default 5
      --format text|json               default text

      With a token it looks from inside as well: who the token is for, what it may
      do, and what each tool needs. It runs no tool.

      --token-from-env NAME            takes the access token from this variable
      --sign-in                        signs in by a browser on this machine
      --client-id id                   signs in as this client
      --call-tools                     also asks tools that may change something

  express-mcp --help
  express-mcp --version

Exit code: 0 when all is well, 1 when the doctor found a failure, 2 when a command
cannot be carried out as it was given.
`;
