/** Applies the colour scheme: the system's, or the one chosen in the page's header. Runs before the first paint, so that nothing flashes. Frames follow the page. */
(() => {
  const key = 'colours';
  const system = matchMedia('(prefers-color-scheme: dark)');

  const apply = (): void => {
    const chosen = localStorage.getItem(key) ?? '';
    const { dataset } = document.documentElement;
    if (chosen) dataset['colours'] = chosen;
    else delete dataset['colours'];
    // Bootstrap's colour mode.
    dataset['bsTheme'] = chosen || (system.matches ? 'dark' : 'light');
  };

  apply();
  system.addEventListener('change', apply);
  addEventListener('storage', apply);
  addEventListener('DOMContentLoaded', () => {
    const select = document.querySelector<HTMLSelectElement>('#colours');
    if (!select) return;
    select.value = localStorage.getItem(key) ?? '';
    select.addEventListener('change', () => {
      if (select.value) localStorage.setItem(key, select.value);
      else localStorage.removeItem(key);
      apply();
    });
  });
})();
