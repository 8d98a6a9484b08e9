// The API key, given once for all tabs. It stays in this tab of the browser, until that is closed.
import { useGraphiQLActions } from '@graphiql/react';
import { useRef, useState } from 'react';

const name = 'vividwalls:key';

/** What a request shows of who sends it. */
export function authorization() {
  const key = sessionStorage.getItem(name);
  return key ? { Authorization: `Bearer ${key}` } : {};
}

/** Where the key is written; the documentation is fetched again under the new one. */
export function KeyField() {
  const { introspect } = useGraphiQLActions();
  const [key, setKey] = useState(sessionStorage.getItem(name) ?? '');
  const change = (value) => {
    setKey(value);
    // Pasted as the header has it.
    const text = value.trim().replace(/^Bearer\s+/i, '');
    if (text) sessionStorage.setItem(name, text);
    else sessionStorage.removeItem(name);
  };
  const used = useRef(key);
  const use = () => {
    if (used.current === key) return;
    used.current = key;
    introspect();
  };
  const submit = (event) => {
    event.preventDefault();
    use();
  };
  return (
    <form className="api-key" onSubmit={submit}>
      <input
        type="password"
        placeholder="API key"
        aria-label="API key"
        title="vw_…, if the server asks for one. Kept until this tab is closed."
        autoComplete="off"
        spellCheck={false}
        value={key}
        onChange={({ target }) => change(target.value)}
        onBlur={use}
      />
    </form>
  );
}
