// What the browser keeps of the page. GraphiQL stores the text of the open tab twice, with the tabs and by itself, some
// moments apart; when a reload finds the two different, it adds a tab. Here the text is always that of the stored tab.
const ofOpenTab = new Map([
  ['graphiql:query', 'query'],
  ['graphiql:variables', 'variables'],
]);

export const storage = {
  getItem(name) {
    const field = ofOpenTab.get(name);
    return field ? (openTab()?.[field] ?? null) : localStorage.getItem(name);
  },
  setItem(name, value) {
    if (!ofOpenTab.has(name)) localStorage.setItem(name, value);
  },
  removeItem: (name) => localStorage.removeItem(name),
  clear: () => localStorage.clear(),
  get length() {
    return localStorage.length;
  },
};

function openTab() {
  try {
    const { tabs, activeTabIndex } = JSON.parse(localStorage.getItem('graphiql:tabState'));
    return tabs[activeTabIndex];
  } catch {
    return undefined;
  }
}
