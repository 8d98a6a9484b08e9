import './workers.js';
// Imported here and not only on demand by GraphiQL, so that the editor's styles are part of the one stylesheet.
import 'monaco-graphql/esm/monaco-editor.js';
import '@graphiql/react/style.css';
import '@graphiql/plugin-doc-explorer/style.css';
import '@graphiql/plugin-history/style.css';
import 'graphiql/graphiql.css';
import './main.css';

import { createGraphiQLFetcher } from '@graphiql/toolkit';
import { GraphiQL } from 'graphiql';
import { createClient } from 'graphql-ws';
import { createRoot } from 'react-dom/client';
import { examples } from './examples.js';

const socket = `${location.origin.replace(/^http/, 'ws')}/graphql/ws`;

// A subscription has a socket of its own, which is opened under the key of the headers editor. Not tried again: what
// came while it was away would be missing, so that its end is shown.
const fetcher = (operation, options) => {
  const wsClient = createClient({ url: socket, connectionParams: options?.headers, retryAttempts: 0 });
  return createGraphiQLFetcher({ url: '/graphql', wsClient })(operation, options);
};

createRoot(document.getElementById('graphiql')).render(
  <GraphiQL fetcher={fetcher} defaultTabs={examples}>
    <GraphiQL.Logo>VividWalls</GraphiQL.Logo>
  </GraphiQL>,
);
