import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./app.js";

const place = document.getElementById("page");
if (place === null) throw new Error("index.html has no element for the page");
createRoot(place).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
