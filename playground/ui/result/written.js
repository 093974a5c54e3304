// Words of a text: over or on one, below stands what else it might have been. Bars of shares follow the temperature without asking the model again.
(() => {
  const pg = window.playground;

  const show = (token) => {
    const stage = token.closest('.pg-texts'), below = stage?.querySelector('.pg-others');
    if (!stage) return;
    stage.querySelectorAll('.pg-token[aria-current]').forEach((each) => each.removeAttribute('aria-current'));
    token.setAttribute('aria-current', 'true');
    const others = JSON.parse(token.dataset.others || '[]');
    below.replaceChildren(...others.map(([text, share]) => pg.el('span', {className: 'pg-share', style: `--share: ${share}`},
      pg.el('span', {textContent: text}), pg.el('b'), pg.el('output', {textContent: `${(100 * share).toFixed(1)} %`}))));
  };
  for (const kind of ['pointerover', 'focusin', 'click']) {
    document.addEventListener(kind, ({target}) => { if (target.closest) { const token = target.closest('.pg-token[data-others]'); if (token) show(token); } });
  }

  // Shares at another temperature: a softmax of the logits that came with them; 0 gives everything to the best.
  const cool = (stage, temperature) => {
    for (const bars of stage.querySelectorAll('.pg-shares')) {
      const rows = [...bars.children], logits = rows.map((row) => Number(row.dataset.logit)), best = Math.max(...logits);
      const powers = logits.map((logit) => (temperature ? Math.exp((logit - best) / temperature) : Number(logit === best)));
      const total = powers.reduce((sum, power) => sum + power, 0);
      rows.forEach((row, at) => {
        row.style.setProperty('--share', powers[at] / total);
        row.querySelector('output').textContent = `${(100 * powers[at] / total).toFixed(1)} %`;
      });
    }
  };
  pg.when('forms', 'zero_shot', (form) => form.port.element.addEventListener('pg:moved', ({detail}) => {
    const stage = document.getElementById('zero_shot-stage');
    if (detail.name === 'temperature' && stage) cool(stage, form.values.temperature);
  }));
})();
