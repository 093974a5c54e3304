// Three language models side by side: what each thinks of the text while it is typed, what may come next, what each
// writes on, and what goes on inside.
(() => {
  const pg = window.playground, words = pg.words.tabs;
  const inside = {
    NGram: [words.INSIDE_NGRAM, words.INSIDE_NGRAM_HELP], WordLSTM: [words.INSIDE_WORDLSTM, words.INSIDE_WORDLSTM_HELP],
    transformer: [words.INSIDE_TRANSFORMER, words.INSIDE_TRANSFORMER_HELP],
  };
  const shown = (text) => text.replace(/^ /, '') || '␣';

  pg.kinds.writers = (port) => {
    const {spec} = port, place = pg.el('div', {className: 'pg-writers'});
    const write = pg.button('writers-write', words.WRITE_ALL, () => writeAll(), 'pg-primary');
    port.element.append(
      pg.el('h2', {className: 'pg-heading', says: words.SIDE_BY_SIDE}), pg.el('p', {className: 'pg-small', says: words.SIDE_BY_SIDE_HELP}),
      pg.el('div', {className: 'pg-run'}, write), place);
    const columns = Object.fromEntries(spec.models.map((model) => [model.id, column(model)]));
    place.append(...Object.values(columns).map(({node}) => node));
    let form, chosen = -1, busy = false, again = false, read = '';

    // Asks for the newest text; those between two answers are left out.
    const readAlong = async () => {
      if (busy) { again = true; return; }
      busy = true;
      do {
        again = false;
        const text = form.values.text ?? '';
        const answer = await pg.ask(port, 'read_along', {text, order: form.values.order, models: spec.models.map(({id}) => id)});
        if (answer) {
          read = text;
          if (!again) chosen = -1;
          for (const model of answer.models) columns[model.id].show(model);
        }
      } while (again);
      busy = false;
    };
    const writeAll = async () => {
      write.disabled = true;
      const answer = await pg.ask(port, 'write_all', {
        text: form.values.text ?? '', order: form.values.order, models: spec.models.map(({id}) => id), values: form.values,
      });
      write.disabled = false;
      for (const model of answer?.models ?? []) columns[model.id].write(model);
    };
    const goOn = (text) => {
      form.set('text', text);
      form.commit();
      readAlong();
    };

    function column(model) {
      const head = pg.el('h3', {says: model.title}), score = pg.el('p', {className: 'pg-small pg-perplexity'});
      const strip = pg.el('div', {className: 'pg-tokens', role: 'group', label: words.TOKENS});
      const bars = pg.el('ol', {className: 'pg-bars'}), written = pg.el('p', {className: 'pg-written', 'aria-live': 'polite'});
      let held = null;
      const drawBars = () => {
        const token = held.tokens[chosen];
        const options = token ? [[token.text, token.probability], ...token.alternatives].sort((a, b) => b[1] - a[1]) : held.next;
        const most = Math.max(0.25, ...options.map(([, share]) => share));
        const before = held.tokens.slice(0, token ? chosen : undefined).map(({text}) => text).join('');
        bars.replaceChildren(...options.slice(0, 8).map(([text, share]) => {
          const meter = pg.el('i', {style: `--share: ${share / most}`, 'aria-hidden': 'true'});
          const parts = [meter, text ? pg.el('span', {textContent: shown(text)}) : pg.el('span', {says: words.ENDS}), pg.el('b', {textContent: `${(100 * share).toFixed(share < 0.1 ? 1 : 0)} %`})];
          const taken = token && text === token.text;
          return pg.el('li', {className: taken ? 'pg-at' : ''}, pg.el('button', {
            type: 'button', disabled: !text, 'data-word': text, on: {click: () => goOn(before ? before + text : text.replace(/^ /, ''))},
          }, ...parts));
        }));
      };
      const drawStrip = () => {
        strip.replaceChildren(...held.tokens.map((token, at) => pg.el('button', {
          type: 'button', className: 'pg-token', textContent: shown(token.text), style: `--sure: ${token.probability}`,
          'aria-pressed': String(at === chosen), on: {click: () => choose(at === chosen ? -1 : at)},
        })), pg.el('button', {type: 'button', className: 'pg-token pg-next', textContent: '…', label: words.NEXT, 'aria-pressed': String(chosen < 0), on: {click: () => choose(-1)}}));
      };
      const fold = pg.fold(`inside-${model.id}`, inside[model.kind][0], (body) => {
        const table = pg.el('div', {className: 'pg-inside'});
        body.append(pg.el('p', {className: 'pg-small', says: inside[model.kind][1]}), table);
        fold.draw = async () => {
          const answer = await pg.ask(port, 'look_inside', {id: model.id, text: read, order: form.values.order});
          if (answer) table.replaceChildren(model.kind === 'NGram' ? orders(answer) : heat(answer));
        };
        fold.draw();
      });
      const node = pg.el('section', {id: `writer-${model.id}`, className: 'pg-writer'}, head, score, strip, bars, written, fold);
      return {
        node,
        draw: () => { if (held) { drawStrip(); drawBars(); } },
        show: (answer) => {
          held = answer;
          if (answer.perplexity) pg.say(score, pg.fill(words.PERPLEXITY, answer.perplexity.toPrecision(3), answer.perCharacter.toPrecision(3)));
          else pg.say(score, words.NO_PERPLEXITY);
          drawStrip();
          drawBars();
          if (fold.isOpen()) fold.draw();
        },
        write: (answer) => {
          const speed = answer.tokens.filter(({given}) => !given).length / answer.seconds;
          written.replaceChildren(...answer.tokens.map(({text, given, probability}) => pg.el('span', {
            className: given ? 'pg-given' : 'pg-token', textContent: text, style: `--sure: ${probability}`,
          })), pg.el('small', {says: pg.fill(words.WRITTEN, answer.seed, Math.round(speed))}));
        },
      };
    }
    const choose = (at) => { chosen = at; Object.values(columns).forEach((each) => each.draw()); };

    pg.when('forms', spec.task, (found) => {
      form = found;
      form.port.element.addEventListener('pg:moved', () => { if ((form.values.text ?? '') !== read || form.values.order !== form.readOrder) { form.readOrder = form.values.order; readAlong(); } });
      readAlong();
    });
  };

  // A table of shares as shades: what was looked at across, who looked down.
  const heat = ({rows, columns, values}) => {
    const head = pg.el('tr', {}, pg.el('td'), ...rows.map((row) => pg.el('th', {textContent: shown(row.replace(/^\d+ /, ''))})));
    const most = columns.map((_, at) => Math.max(...values.map((row) => row[at]), 1e-9));
    return pg.el('table', {}, head, ...columns.map((name, at) => pg.el('tr', {}, pg.el('th', {says: inWords(name)}),
      ...values.map((row) => pg.el('td', {style: `--share: ${row[at] / Math.max(1, most[at])}`, title: [row[at].toFixed(3), row[at].toFixed(3)]})))));
  };
  // What each order of an n-gram knows, and how much of the probability it gives.
  const orders = ({rows, values}) => {
    const head = pg.el('tr', {}, ...[words.ORDER, words.SEEN, words.FOLLOWERS, words.SHARE].map((says) => pg.el('th', {says})));
    return pg.el('table', {className: 'pg-orders'}, head, ...rows.map((row, at) => {
      const [seen, followers, share] = values[at];
      return pg.el('tr', {className: seen ? '' : 'pg-unseen'}, pg.el('th', {textContent: row}), pg.el('td', {textContent: seen}), pg.el('td', {textContent: followers}),
        pg.el('td', {style: `--share: ${share}`, textContent: `${(100 * share).toFixed(0)} %`}));
    }));
  };
  const inWords = (name) => {
    const [, layer, kind, number] = /^layer (\d+) (\w+) ?(\d*)$/.exec(name);
    return pg.fill(words[{head: 'HEAD', input: 'GATE_INPUT', forget: 'GATE_FORGET', cell: 'GATE_CELL', output: 'GATE_OUTPUT'}[kind]], layer, number);
  };
})();
