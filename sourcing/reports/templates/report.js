"use strict";
// Draws every chart in its place, and shows in all of them the future that is picked.
(() => {
  const specs = JSON.parse(document.getElementById("specs").textContent);
  const views = [];
  // Expressions are interpreted, not compiled, so that the page may forbid scripts made from text.
  const options = { renderer: "svg", actions: false, ast: true, tooltip: { theme: "report" } };
  const pick = document.getElementById("pick");
  const said = document.getElementById("picked");

  const show = () => {
    for (const view of views) {
      if (view.getState().signals.pick !== undefined) view.signal("pick", pick.value).runAsync();
    }
    const future = pick.value || pick.options[0].text;
    said.textContent = said.dataset.said.replace("{future}", () => future);
  };

  Promise.all(
    Object.entries(specs).map(([id, spec]) =>
      window.vegaEmbed(document.getElementById(id), spec, options).then((made) => views.push(made.view)),
    ),
  ).then(() => {
    document.documentElement.dataset.drawn = String(views.length);
    pick.addEventListener("change", show);
    if (pick.value) show();
  });
})();
