// Pictures that follow their controls: the newest position is drawn, those between two answers are left out.
(() => {
  const pg = window.playground, pending = {};

  const post = async (body) => {
    const answer = await fetch(`${pg.root()}/_page/draw`, {
      method: 'POST', headers: {'Content-Type': 'application/json'},
      body: JSON.stringify({...body, language: pg.language, page: pg.page}),
    });
    return answer.ok ? answer.json() : null;
  };
  const latest = async (key, body, show) => {
    const line = pending[key] ||= {busy: false, next: null};
    line.next = {body, show, since: performance.now()};
    if (line.busy) return;
    line.busy = true;
    while (line.next) {
      const now = line.next;
      line.next = null;
      const answer = await post(now.body()).catch(() => null);
      if (answer) now.show(answer, now.since);
    }
    line.busy = false;
  };

  const held = (form) => ({task: form.task, form: {...form.values, checkpoint: form.checkpoint}});
  // Draws what a form asks; a result is never drawn over by what was asked for before it.
  pg.draw = (form) => {
    const place = pg.results[form.task];
    if (!place) return;
    latest(form.task, () => held(form), (answer, since) => {
      if (place.running || since < (form.asked ?? 0)) return;
      place.live(answer);
    });
  };
  // Drafts what a form asks in a few steps; what is refused is said when it is asked for in earnest.
  pg.draft = (form) => {
    const place = pg.results[form.task];
    const drawn = form.spec.fields.filter(({kind}) => kind === 'painting' || kind === 'mask');
    if (!place || place.running || drawn.some(({name}) => !form.values[name])) return;
    latest(form.task, () => ({...held(form), draft: true}), (answer, since) => {
      form.follows.slow(Boolean(answer.slow));
      if (answer.stage === undefined || place.running || since < (form.asked ?? 0)) return;
      place.live(answer);
      form.drafted = answer.seed;
    });
  };
  // Draws something else from a form's settings: a strip below its result, a plane beside it.
  pg.drawBeside = (form, task, values, show) => {
    latest(task, () => ({task, form: {...values(form), checkpoint: form.checkpoint}}), (answer) => show(answer));
  };
})();
