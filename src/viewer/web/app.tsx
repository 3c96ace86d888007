import { FluentProvider } from "@fluentui/react-components";
import { ConfigProvider } from "./api/config.js";
import { useRoute } from "./navigation.js";
import { Screen } from "./screen.js";
import { Boundary } from "./shell/boundary.js";
import { Shell } from "./shell/shell.js";
import { useSystemTheme } from "./theme.js";

/** The whole page: the system's theme, what the server can do, the frame, and in it the screen of the address. */
export function App() {
  const theme = useSystemTheme();
  const route = useRoute();
  return (
    <FluentProvider theme={theme} className="page">
      <ConfigProvider>
        <Shell route={route}>
          <Boundary key={JSON.stringify(route)}>
            <Screen route={route} />
          </Boundary>
        </Shell>
      </ConfigProvider>
    </FluentProvider>
  );
}
