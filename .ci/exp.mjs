import { build } from "esbuild";
import manifest from "../package.json" with { type: "json" };
const external = Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies });
const stub = { name:"stub", setup(b){ b.onResolve({filter:/^(@azure\/logger|node:(crypto|net|zlib|worker_threads))$/},({path,kind})=>kind==="import-statement"?({path,namespace:"late"}):undefined); b.onLoad({filter:/.*/,namespace:"late"},({path})=>({contents: path==="@azure/logger"?"export const createClientLogger=()=>({info:{enabled:false}});":`
const late = () => process.getBuiltinModule("${path}");
${ {"node:crypto":["createHash","createHmac","randomUUID","randomBytes","hash","timingSafeEqual","getFips"],"node:net":["connect","createConnection","Socket","isIP","isIPv4"],"node:zlib":["createGunzip","createBrotliDecompress","createInflate","createGzip","constants"],"node:worker_threads":["Worker"]}[path].map(n=>`export const ${n} = (...a)=>late().${n}(...a);`).join("\n")}`}))}};
for (const [name, opts] of Object.entries({ plain:{}, stub:{plugins:[stub]}, stubws:{plugins:[stub],minifyWhitespace:true,minifySyntax:true}, stubmin:{plugins:[stub],minify:true} , wsonly:{minifyWhitespace:true,minifySyntax:true}})) {
await build({ entryPoints: ["src/index.ts"], outbase:"src", outdir: "temp/exp/"+name, bundle: true, splitting: true, format:"esm", platform:"node", target:"node20.19", external, sourcemap:true, sourcesContent:false,  banner: { js: "const require = (name) => process.getBuiltinModule(name);" }, legalComments:"none", ...opts });
}
