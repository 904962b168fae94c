// Hours of instances a second through `@cloud-carbon-footprint/core`: energy and operational emissions of the processor.
// Seconds on the processor. Run in the folder that holds its node_modules; prints one JSON document.
import { createRequire } from 'node:module';

const { ComputeEstimator } = createRequire(`${process.cwd()}/`)('@cloud-carbon-footprint/core');
const HOURS = 100_000;
const timestamp = new Date('2026-11-01T00:00:00Z');
const hours = Array.from({ length: HOURS }, (_, hour) => ({
  timestamp,
  cpuUtilizationAverage: hour % 100,
  vCpuHours: 4,
  usesAverageCPUConstant: false,
}));
// Of a plausible size, which has no influence on the time.
const constants = { minWatts: 0.74, maxWatts: 3.5, powerUsageEffectiveness: 1.135 };
const factors = { 'eu-west-1': 0.0002786 };

function once() {
  const began = process.cpuUsage();
  const estimates = new ComputeEstimator().estimate(hours, 'eu-west-1', factors, constants);
  const { user, system } = process.cpuUsage(began);
  const seconds = (user + system) / 1e6;
  if (estimates.length !== HOURS || !(estimates[50].co2e > 0)) throw new Error('no estimates');
  return HOURS / seconds;
}

once();
const rates = Array.from({ length: 5 }, once).sort((a, b) => a - b);
console.log(JSON.stringify({ hours_per_second: rates[2], sample: HOURS }));
