// What every part of the page stands on: languages, elements, folds, toasts, and how parts come to be.
(() => {
  const pg = window.playground = {kinds: {}, words: window.playgroundWords, forms: {}, results: {}, details: {}, waits: {}, fills: {}, page: ''};
  // Which start of the app has made this page: one that ends before it has asked anything must not go unnoticed.
  pg.boot = document.currentScript.dataset.boot;
  const mine = (key) => { try { return localStorage.getItem(key); } catch { return null; } };
  const preferred = (navigator.language || 'en').toLowerCase().startsWith('zh') ? 'zh' : 'en';
  pg.language = mine('playground-language') || window.playgroundLanguage || preferred;
  document.documentElement.lang = pg.language;
  // A name for this page, or for one press of a button, so that the server knows it when it is told twice.
  pg.name = () => [...crypto.getRandomValues(new Uint8Array(12))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  pg.page = pg.name();
  pg.root = () => (window.gradio_config?.root || location.href.split(/[?#]/)[0]).replace(/\/$/, '');

  // Words are pairs: English and Chinese. What an element says is kept with it and said again in another language.
  pg.in = (words) => (Array.isArray(words) ? words[pg.language === 'zh' ? 1 : 0] : words ?? '');
  pg.fill = (words, ...values) => words.map((text) => {
    let next = 0;
    return text.replace(/\{(\d*)(?::[^}]*)?\}/g, (_, place) => values[place === '' ? next++ : +place]);
  });
  const speak = (node) => {
    for (const [where, words] of Object.entries(node.pgSays)) {
      if (where === 'text') node.textContent = pg.in(words);
      else node.setAttribute(where, pg.in(words));
    }
  };
  pg.say = (node, words, where = 'text') => {
    node.pgSays = {...node.pgSays, [where]: words};
    node.setAttribute('data-says', '');
    speak(node);
    return node;
  };
  pg.setLanguage = (code, remember) => {
    pg.language = code;
    document.documentElement.lang = code;
    if (remember) try { localStorage.setItem('playground-language', code); } catch { /* a browser that keeps nothing */ }
    document.querySelectorAll('[data-says]').forEach((node) => node.pgSays && speak(node));
    document.dispatchEvent(new CustomEvent('pg:language'));
  };

  pg.el = (tag, {says, label, title, on, ...properties} = {}, ...children) => {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(properties)) {
      if (value === null || value === undefined || value === false) continue;
      if (name in node && !['list', 'form', 'type'].includes(name)) node[name] = value;
      else node.setAttribute(name, value === true ? '' : value);
    }
    if (says) pg.say(node, says);
    if (label) pg.say(node, label, 'aria-label');
    if (title) pg.say(node, title, 'title');
    for (const [kind, listener] of Object.entries(on || {})) node.addEventListener(kind, listener);
    node.append(...children.filter((child) => child !== null && child !== undefined));
    return node;
  };
  pg.button = (id, says, press, classes = '') =>
    pg.el('button', {type: 'button', id, says, className: `pg-button ${classes}`, on: {click: press}});

  // Something that unfolds; what is in it is drawn when somebody first opens it.
  pg.fold = (id, says, draw) => {
    const body = pg.el('div', {className: 'pg-fold-body', hidden: true});
    let drawn = false;
    const head = pg.el('button', {type: 'button', className: 'pg-fold-head', 'aria-expanded': 'false', on: {
      click: () => fold.open(body.hidden),
    }}, pg.el('span', {says}), pg.el('i', {'aria-hidden': 'true'}));
    const fold = pg.el('div', {id, className: 'pg-fold'}, head, body);
    fold.open = (open) => {
      body.hidden = !open;
      head.setAttribute('aria-expanded', String(open));
      if (open && !drawn) { drawn = true; draw(body, fold); }
      if (open) fold.dispatchEvent(new CustomEvent('unfold'));
    };
    fold.isOpen = () => !body.hidden;
    return fold;
  };

  // Changes what differs between an element's content and new HTML, so that nothing flickers and focus stays.
  pg.morph = (target, html) => {
    const fresh = document.createElement(target.tagName);
    fresh.innerHTML = html;
    const update = (old, now) => {
      const other = old.nodeType !== now.nodeType || old.nodeName !== now.nodeName;
      // Another film is another element: one that only gets another address goes on with the old one.
      if (other || (old.nodeName === 'VIDEO' && old.getAttribute('src') !== now.getAttribute('src'))) { old.replaceWith(now); return; }
      if (old.nodeType !== Node.ELEMENT_NODE) {
        if (old.textContent !== now.textContent) old.textContent = now.textContent;
        return;
      }
      for (const {name} of [...old.attributes]) if (!now.hasAttribute(name)) old.removeAttribute(name);
      for (const {name, value} of now.attributes) if (old.getAttribute(name) !== value) old.setAttribute(name, value);
      children(old, now);
    };
    const children = (old, now) => {
      const [before, after] = [[...old.childNodes], [...now.childNodes]];
      after.forEach((node, index) => (before[index] ? update(before[index], node) : old.append(node)));
      before.slice(after.length).forEach((node) => node.remove());
    };
    children(target, fresh);
  };

  // Text stays text: nothing that a file, a link or a stranger says is read as markup.
  pg.toast = (words, kind = 'info', seconds = 8) => {
    let place = document.querySelector('.pg-toasts');
    if (!place) place = document.body.appendChild(pg.el('div', {className: 'pg-toasts', role: 'status', 'aria-live': 'polite'}));
    const toast = pg.el('div', {className: `pg-toast pg-toast-${kind}`, 'data-testid': 'toast-body', role: kind === 'error' ? 'alert' : 'status'},
      pg.el('p', {textContent: words, 'data-testid': 'toast-text'}));
    toast.append(pg.el('button', {type: 'button', 'data-testid': 'toast-close', textContent: '×', label: pg.words.shell.CLOSE, on: {click: () => toast.remove()}}));
    place.append(toast);
    while (place.children.length > 4) place.firstChild.remove();
    setTimeout(() => toast.remove(), 1000 * seconds);
  };

  // Asks one of a part's own functions; a refusal comes back as words and is told, and gives null.
  pg.ask = async (port, name, data = {}) => {
    const answer = await port.server[name]({...data, language: pg.language, page: pg.page});
    if (answer?.toast) pg.toast(answer.toast, answer.refused ? 'error' : 'info', 10);
    return answer?.refused ? null : answer;
  };

  const waiting = {};
  // Calls back with a part once it is on the page: at once if it is.
  pg.when = (where, name, call) => {
    if (pg[where][name]) call(pg[where][name]);
    else ((waiting[where] ||= {})[name] ||= []).push(call);
  };
  pg.there = (where, name, part) => {
    pg[where][name] = part;
    (waiting[where]?.[name] || []).splice(0).forEach((call) => call(part));
  };
  window.playgroundMount = () => {
    for (const port of (window.playgroundParts || []).splice(0)) {
      port.spec = JSON.parse(port.props.spec);
      // Raises an event: its listeners on the server get the data, and the language to answer in.
      port.tell = (name, data = {}) => port.trigger(name, {...data, language: pg.language, page: pg.page});
      pg.kinds[port.kind](port);
    }
  };
  document.addEventListener('DOMContentLoaded', () => window.playgroundMount());

  // After a restart of the app, jobs and grids go on there: a page that waits for one finds it by being loaded again, and
  // so does everybody's in a room. Others stay as they are.
  pg.booted = (boot) => {
    const again = pg.boot && boot && boot !== pg.boot;
    pg.boot = boot || pg.boot;
    if (!again || !(pg.room.here || Object.keys(pg.waits).length || Object.values(pg.fills).some(Boolean))) return false;
    location.reload();
    return true;
  };

  // What a room's host offers; without a room, everything.
  pg.offered = () => true;

  // Opens a family's tab, or the one that it or its task stands in, and one of its further panels.
  pg.homes = {};
  // Whose tasks a tab shows that has no family of its name.
  pg.tabFamilies = {};
  pg.open = (family, task) => {
    const host = pg.homes[task] ?? window.playgroundWithin[family];
    document.getElementById(`${host || family}-tab-button`)?.click();
    if (task && (host || task !== family)) {
      const press = (left) => {
        const button = document.getElementById(`${task}-panel-button`);
        if (button) button.click();
        else if (left) setTimeout(press, 30, left - 1);
      };
      press(200);
    }
  };
  // Brings settings to the panel that takes them, also to one that is not on the page yet.
  pg.deliver = ({family, task, checkpoint, values, result, parent}) => {
    pg.open(family, task);
    pg.when('forms', task, (form) => form.take({checkpoint, values, keep: true, parent}));
    if (result) pg.when('results', task, (place) => place.show(result));
  };

  // Where the line of tabs scrolls, as on a phone, the one that is opened comes into sight.
  document.addEventListener('click', ({target}) => {
    const tab = target.closest?.('.tab-container > button'), line = tab?.parentElement;
    if (line && line.scrollWidth > line.clientWidth) line.scrollTo({left: tab.offsetLeft - (line.clientWidth - tab.offsetWidth) / 2, behavior: 'smooth'});
  });

  // Ctrl+Enter presses the Generate button that can be seen.
  document.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
    const buttons = [...document.querySelectorAll('button[id$="-generate"]')].filter((button) => button.offsetParent);
    const panel = document.activeElement && document.activeElement.closest('.pg-columns, .pg-side-by-side');
    const button = buttons.find((each) => panel && panel.contains(each)) || buttons[0];
    if (button) { event.preventDefault(); button.click(); }
  });
})();
