// llama.cpp's side of LlamaBenchmark: prints results in JMH's JSON form.
//   npm install --ignore-scripts && node bench.mjs THREADS ROUNDS MODEL.gguf... > peer.json
import {getLlama, LlamaLogLevel} from "node-llama-cpp";

const PROMPT = 512; // tokens, read at once
const DECODED = 32; // tokens a round, after the prompt
const BATCH = 16; // sequences of LlamaBenchmark.decode16

const [threads, rounds, ...files] = process.argv.slice(2);
const llama = await getLlama({
  gpu: false, build: "never", maxThreads: Number(threads), logLevel: LlamaLogLevel.error
});

function result(name, file, rates) {
  const sorted = [...rates].sort((a, b) => a - b);
  return {
    benchmark: `dev.jacquard.jmh.llama.LlamaPeer.${name}`,
    mode: "thrpt",
    params: {model: file, threads},
    primaryMetric: {
      score: sorted[Math.floor(sorted.length / 2)], scoreUnit: "ops/s", rawData: [rates]
    }
  };
}

const prompt = (seed) => Array.from({length: PROMPT}, (_, i) => 3 + (i * 7 + seed) % 250);
const seconds = (since) => (performance.now() - since) / 1000;

async function decode(sequence, count) { // greedy, as many tokens as asked for
  let left = count;
  for await (const _ of sequence.evaluate([5], {temperature: 0, yieldEogToken: true})) {
    if (--left === 0) break;
  }
}

const results = [];
for (const file of files) {
  const model = await llama.loadModel({modelPath: file, gpuLayers: 0});
  const context = await model.createContext({
    contextSize: 1024, batchSize: PROMPT, threads: Number(threads)
  });
  const sequence = context.getSequence();
  const rates = {prefill: [], decode: []};
  for (let round = -1; round < Number(rounds); round++) { // the first warms up
    await sequence.clearHistory();
    let start = performance.now();
    await sequence.evaluateWithoutGeneratingNewTokens(prompt(round + 1));
    const prefill = PROMPT / seconds(start);
    start = performance.now();
    await decode(sequence, DECODED);
    const decoded = DECODED / seconds(start);
    if (round >= 0) {
      rates.prefill.push(prefill);
      rates.decode.push(decoded);
    }
  }
  await context.dispose();
  const many = await model.createContext({
    contextSize: 256, batchSize: PROMPT, threads: Number(threads), sequences: BATCH
  });
  const sequences = Array.from({length: BATCH}, () => many.getSequence());
  rates.decode16 = [];
  for (let round = -1; round < Number(rounds); round++) {
    const start = performance.now();
    await Promise.all(sequences.map((s) => decode(s, DECODED / 4)));
    if (round >= 0) rates.decode16.push(BATCH * DECODED / 4 / seconds(start));
    for (const s of sequences) await s.clearHistory();
  }
  await many.dispose();
  await model.dispose();
  for (const [name, values] of Object.entries(rates)) results.push(result(name, file, values));
}
console.log(JSON.stringify(results, null, 1));
process.exit(0);
