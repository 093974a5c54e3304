// The address bar follows the form that can be seen, and a page that is opened with settings in its address takes them.
(() => {
  const pg = window.playground, LONGEST = 8000;
  let timer = null;

  pg.writeLink = () => {
    const forms = Object.values(pg.forms).filter((form) => form.task === form.family);
    const form = forms.find((each) => each.port.element.offsetParent);
    if (!form) return;
    const query = new URLSearchParams({tab: form.family});
    const put = (name, value, start) => { if (value !== undefined && value !== null && String(value) !== String(start)) query.set(name, value); };
    put('checkpoint', form.checkpoint, form.spec.state?.id);
    for (const {name, kind} of form.spec.fields) {
      if (kind === 'drawing' || (name === 'second_seed' && !Number(form.values.walk))) continue;
      if (form.state?.unused.includes(name)) continue;
      put(name, form.values[name], name === 'seed' ? undefined : form.starts[name]);
    }
    const others = new URLSearchParams(location.search);
    for (const [name, value] of others) if (name.startsWith('__') || ['view', 'lesson', 'step'].includes(name)) query.set(name, value);
    const address = `?${query}`;
    if (address.length < LONGEST && address !== location.search) history.replaceState(history.state, '', address);
  };
  const later = () => { clearTimeout(timer); timer = setTimeout(pg.writeLink, 500); };
  for (const kind of ['input', 'change', 'click']) {
    document.addEventListener(kind, (event) => { if (event.isTrusted) later(); }, true);
  }
  document.addEventListener('pg:made', () => pg.writeLink());

  pg.readLink = async (port) => {
    if (!location.search.includes('tab=')) return;
    const answer = await pg.ask(port, 'open_link', {query: location.search});
    if (answer?.task) pg.deliver(answer);
    else if (answer?.family) pg.open(answer.family);
  };
})();
