// Words of a text: over or on one, the picture shows where the model looked for it, and below stands what else it might
// have said. Bars of shares follow the temperature without asking the model again.
(() => {
  const pg = window.playground;

  const show = (token) => {
    const stage = token.closest('.pg-texts'), below = stage?.querySelector('.pg-others'), canvas = stage?.querySelector('canvas');
    if (!stage) return;
    stage.querySelectorAll('.pg-token[aria-current]').forEach((each) => each.removeAttribute('aria-current'));
    token.setAttribute('aria-current', 'true');
    const others = JSON.parse(token.dataset.others || '[]');
    below.replaceChildren(...others.map(([text, share]) => pg.el('span', {className: 'pg-share', style: `--share: ${share}`},
      pg.el('span', {textContent: text}), pg.el('b'), pg.el('output', {textContent: `${(100 * share).toFixed(1)} %`}))));
    if (canvas && token.dataset.looked) heat(canvas, token.dataset.looked.split(',').map(Number));
  };
  // A square map, laid over the picture: warm where the model looked.
  const heat = (canvas, map) => {
    const side = Math.round(Math.sqrt(map.length)), ink = canvas.getContext('2d'), image = ink.createImageData(side, side);
    canvas.width = canvas.height = side;
    map.forEach((value, at) => image.data.set([255, Math.round(190 - 160 * value), 30, Math.round(220 * value)], 4 * at));
    ink.putImageData(image, 0, 0);
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
