/** The types of @azure/identity name this interface of the browser; those of Node.js keep it under `webcrypto`. */
type JsonWebKey = import("node:crypto").webcrypto.JsonWebKey;
