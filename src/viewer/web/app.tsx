import { FluentProvider } from "@fluentui/react-components";
import { ConfigProvider } from "./shell/config-provider.js";
import { useRoute } from "./address/navigation.js";
import { Screen } from "./screen.js";
import { Boundary } from "./shell/boundary.js";
import { Shell } from "./shell/shell.js";
import { useSystemTheme } from "./page/theme.js";

/** The root component: theme, configuration, frame, and the screen of the address. */
export function App() {
  const theme = useSystemTheme();
  const route = useRoute();
  return (
    // Fluent gives a class of its provider to dialogs, too: with that of the page, a dialog would cover what is behind it.
    <FluentProvider theme={theme}>
      <div className="page">
        <ConfigProvider>
          <Shell route={route}>
            <Boundary key={JSON.stringify(route)}>
              <Screen route={route} />
            </Boundary>
          </Shell>
        </ConfigProvider>
      </div>
    </FluentProvider>
  );
}
