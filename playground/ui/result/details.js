// What stands below a tab's result: its last results, a strip that shows how the family works, and what unfolds.
(() => {
  const pg = window.playground, words = pg.words.result;

  pg.kinds.details = (port) => {
    const {element, spec} = port, {task, family} = spec;
    if (spec.history) element.append(pg.history(port, spec));
    if (spec.process) {
      const strip = pg.el('div', {id: `${family}-process`});
      element.append(pg.el('h2', {className: 'pg-heading', says: spec.process.title}), strip);
      pg.when('forms', task, (form) => {
        const asked = () => Object.fromEntries(spec.process.fields.map((name) => [name, form.values[name]]));
        let drawn = '';
        const draw = () => {
          const now = JSON.stringify([asked(), form.checkpoint, pg.language]);
          if (now === drawn) return;
          drawn = now;
          pg.drawBeside(form, spec.process.task, asked, (answer) => pg.morph(strip, answer.stage ?? answer.status));
        };
        form.port.element.addEventListener('pg:moved', draw);
        document.addEventListener('pg:checkpoint', ({detail}) => { if (detail.form === form) draw(); });
        document.addEventListener('pg:made', ({detail}) => { if (detail.task === task) draw(); });
        draw();
      });
    }
    if (spec.film) element.append(pg.film(port, spec));
    const latest = () => pg.results[task]?.made;
    const code = pg.fold(`${task}-code-fold`, words.CODE, (body) => {
      const lines = pg.el('pre', {tabIndex: 0});
      const copy = pg.button(null, words.COPY, () => pg.copy(lines.textContent, copy), 'pg-small-button pg-copy');
      body.append(pg.el('div', {id: `${task}-code`, className: 'pg-code'}, copy, lines));
      refill = async () => {
        const answer = latest() ? await pg.ask(port, 'code_lines', {report: latest().report}) : {lines: ''};
        lines.textContent = answer?.lines || pg.in(words.NOTHING_YET);
        copy.hidden = !answer?.lines;
      };
      refill();
    });
    let refill = () => {}, retell = () => {};
    const report = pg.fold(`${task}-report-fold`, words.REPORT, (body) => {
      const told = pg.el('pre', {id: `${task}-report`, className: 'pg-report', tabIndex: 0});
      const happened = pg.button(`${task}-happened`, words.COPY_HAPPENED, async () => {
        const answer = await pg.ask(port, 'what_happened', {report: latest()?.report ?? {}, browser: navigator.userAgent});
        if (answer) pg.copy(answer.text, happened);
      }, 'pg-small-button');
      body.append(told, happened);
      retell = () => { told.textContent = latest() ? JSON.stringify(latest().report, null, 2) : pg.in(words.NOTHING_YET); };
      retell();
    });
    document.addEventListener('pg:made', ({detail}) => {
      if (detail.task !== task) return;
      if (code.isOpen()) refill();
      if (report.isOpen()) retell();
    });
    code.addEventListener('unfold', () => refill());
    report.addEventListener('unfold', () => retell());
    element.append(code, report);
    pg.there('details', task, element);
  };
})();
