/** The version of this package, for the user agent and for spans. A test compares it with package.json. */
export const packageVersion = "1.0.0-beta.1";
