import { useJobName } from "../shared/job-name.js";
import { Name } from "../shared/name.js";
import { Heading } from "../shell/heading.js";

export function JobScreen({ container }: { readonly container: string }) {
  const name = useJobName(container);
  return (
    <Heading title={name}>
      <Name text={name} />
    </Heading>
  );
}
