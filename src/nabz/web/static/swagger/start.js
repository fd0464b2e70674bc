// Starts Swagger UI on the page's own openapi.json; the validator badge is off because it would call a stranger's server.
const place = document.getElementById("api-browser");

if (window.matchMedia("(prefers-color-scheme: dark)").matches) {
  document.documentElement.classList.add("dark-mode");
}

// Swagger UI's own layout brings a second <main> and a second first heading; this one has only the parts a page needs.
function leanLayout(system) {
  const make = system.React.createElement;

  function LeanLayout({ getComponent, specSelectors }) {
    const part = (name, connected = true) => make(getComponent(name, connected), { key: name });
    const status = specSelectors.loadingStatus();
    const parts = status === "success"
      ? [part("AuthorizeBtnContainer"), part("FilterContainer"), part("errors"), part("operations"), part("Models")]
      : [part(status === "loading" ? "SvgAssets" : "errors", status !== "loading")];
    return make("div", { className: "swagger-ui" }, part("SvgAssets", false), ...parts);
  }

  // A link inside the button that opens an operation would be two controls in one.
  const DeepLink = ({ text }) => make("span", null, text);

  return { components: { LeanLayout, DeepLink } };
}

window.SwaggerUIBundle({
  url: place.dataset.openapi,
  domNode: place,
  layout: "LeanLayout",
  plugins: [leanLayout],
  presets: [window.SwaggerUIBundle.presets.apis],
  deepLinking: true,
  validatorUrl: null,
  docExpansion: "list",
  defaultModelsExpandDepth: 0,
  displayRequestDuration: true,
  filter: true,
  tryItOutEnabled: true,
  persistAuthorization: false,
});
