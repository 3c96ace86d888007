/** The version of this package, for the user agent and for spans; a test holds it to package.json. */
export const packageVersion = "1.0.0-beta.1";
