"use strict";
(() => {
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  all("[data-needs-script]").forEach((element) => { element.hidden = false; });

  const theme = document.getElementById("theme");
  theme?.addEventListener("click", () => {
    const dark = matchMedia("(prefers-color-scheme: dark)").matches;
    const now = document.documentElement.dataset.theme || (dark ? "dark" : "light");
    document.documentElement.dataset.theme = now === "dark" ? "light" : "dark";
  });

  // A method is shown or hidden everywhere.
  all("input[data-method]").forEach((box) => {
    const show = () => all("." + box.dataset.method).forEach((element) => {
      if (element instanceof SVGElement) element.style.display = box.checked ? "" : "none";
      else element.hidden = !box.checked;
    });
    box.addEventListener("change", show);
    show();
  });

  // Parts of a section that a choice selects among: overviews by kind, scenes by metric.
  all("select[data-chooses]").forEach((choice) => {
    const show = () => all("#" + choice.dataset.chooses + " > [data-choice]").forEach((part) => {
      part.hidden = part.dataset.choice !== choice.value;
    });
    choice.addEventListener("change", show);
    show();
  });

  all("input[data-filters]").forEach((box) => {
    box.addEventListener("input", () => {
      const text = box.value.trim().toLowerCase();
      all("#" + box.dataset.filters + " tbody tr").forEach((row) => {
        row.hidden = !row.cells[0].textContent.toLowerCase().includes(text)
          && !(row.dataset.tags || "").toLowerCase().includes(text);
      });
    });
  });

  all("table.sortable").forEach((table) => {
    all("thead th", table).forEach((head, column) => {
      const button = document.createElement("button");
      button.type = "button";
      button.append(...head.childNodes);
      button.title = head.title;
      head.append(button);
      button.addEventListener("click", () => {
        const before = head.getAttribute("aria-sort");
        const first = head.dataset.first || "ascending";
        const other = first === "ascending" ? "descending" : "ascending";
        const order = before === first ? other : first;
        all("thead th", table).forEach((one) => one.removeAttribute("aria-sort"));
        head.setAttribute("aria-sort", order);
        const sign = order === "ascending" ? 1 : -1;
        const rows = all("tbody tr", table).map((row) => [row.cells[column].dataset.value, row]);
        rows.sort(([a, rowA], [b, rowB]) => {
          if (a === undefined || b === undefined) {
            return sign * rowA.cells[column].textContent.localeCompare(rowB.cells[column].textContent);
          }
          // What has no value stays at the end, whichever way is sorted.
          if (a === "" || b === "") return (a === "") - (b === "");
          return sign * (Number(a) - Number(b));
        });
        table.tBodies[0].append(...rows.map(([, row]) => row));
      });
    });
  });
})();
