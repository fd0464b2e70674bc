// Lets the browser say where it is, and sends the form. Without a script people choose their city.

const form = document.querySelector("form[data-near]");
const ask = form?.querySelector("[data-near-ask]");

// About a hundred metres: enough to find a doctor, and not more than that is told.
const rounded = (degrees) => degrees.toFixed(3);

function go({ coords }) {
  form.elements.latitude.value = rounded(coords.latitude);
  form.elements.longitude.value = rounded(coords.longitude);
  form.elements.place.value = "";
  form.requestSubmit();
}

function refused() {
  ask.querySelector("[role=status]").textContent = form.dataset.refused;
}

if (ask && navigator.geolocation) {
  ask.hidden = false;
  ask.querySelector("button").addEventListener("click", () => {
    navigator.geolocation.getCurrentPosition(go, refused, { timeout: 10000, maximumAge: 300000 });
  });
  // A city that is chosen by hand goes before where the browser was a moment ago.
  form.elements.place.addEventListener("change", () => {
    form.elements.latitude.value = "";
    form.elements.longitude.value = "";
  });
}
