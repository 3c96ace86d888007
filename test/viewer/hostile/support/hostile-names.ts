/** Names of outputs that a page must show, and not obey. The text of each output is its name. */
export const hostileNames: readonly string[] = [
  "<img src=x onerror=alert('PWNED')>.txt",
  `"><script>alert("PWNED")</script>.txt`,
  "quote'\"`$(alert)${alert}.txt",
  "{{constructor.constructor('alert(1)')()}}.txt",
  "javascript:alert('PWNED').txt",
  "%2e%2e%2f%2e%2e%2fetc%2fpasswd",
  "a?token=x&b=c#fragment.txt",
  "invoice\u202egpj.exe",
  "\u2066isolated\u2069\u200bzero\ufeffwidth.txt",
  "folder/ /with a space at the end ",
  "日本語/ملف/😀.txt",
];

/** Names that only another program can give, put straight into the store. */
export const rawNames: readonly string[] = [
  "names/$TaskOutput/../../../etc/passwd",
  "names/$TaskOutput/./dot.txt",
  "names/$TaskOutput/control \t \u007f \u0085 characters.txt",
  "names/$TaskOutput//evil.example//share.txt",
  "names/$TaskOutput/back\\slash\\..\\..\\up.txt",
  "names/$<script>alert('PWNED')</script>/kind.txt",
  `names/$TaskOutput/${"n".repeat(1024 - "names/$TaskOutput/".length)}`,
];
