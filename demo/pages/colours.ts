/**
 * Light or dark: as the system says, or as the switch in the head of the page does. It runs before the page is drawn, so that nothing flashes; frames of the
 * page follow it.
 */
(() => {
  const key = 'colours';
  const system = matchMedia('(prefers-color-scheme: dark)');

  const apply = (): void => {
    const chosen = localStorage.getItem(key) ?? '';
    const { dataset } = document.documentElement;
    if (chosen) dataset['colours'] = chosen;
    else delete dataset['colours'];
    // Bootstrap's own switch.
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
