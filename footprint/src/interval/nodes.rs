//! A coefficient as a few weighted values: Gauss-Legendre nodes of its quantile function.

use super::draws;

/// Gauss-Legendre nodes per coefficient.
const GAUSS: usize = 16;

/// Values per coefficient: the Gauss-Legendre nodes, then its 5th and 95th percentile, which weigh nothing.
pub(crate) const NODES: usize = GAUSS + 2;

/// Values at the nodes.
pub(crate) type Nodes = [f64; NODES];

/// Gauss-Legendre abscissas on -1 to 1, the positive half.
const ABSCISSAS: [f64; GAUSS / 2] = [
    0.095_012_509_837_637_44,
    0.281_603_550_779_258_9,
    0.458_016_777_657_227_4,
    0.617_876_244_402_643_7,
    0.755_404_408_355_003,
    0.865_631_202_387_831_8,
    0.944_575_023_073_232_6,
    0.989_400_934_991_649_9,
];

/// Their weights.
const WEIGHTS: [f64; GAUSS / 2] = [
    0.189_450_610_455_068_5,
    0.182_603_415_044_923_6,
    0.169_156_519_395_002_5,
    0.149_595_988_816_576_7,
    0.124_628_971_255_533_9,
    0.095_158_511_682_492_8,
    0.062_253_523_938_647_9,
    0.027_152_459_411_754_1,
];

/// The quantile of each node, mirrored around one half, then of the two percentiles.
fn quantiles() -> impl Iterator<Item = f64> {
    ABSCISSAS.into_iter().flat_map(|x| [0.5 - x / 2.0, 0.5 + x / 2.0]).chain([0.05, 0.95])
}

/// The weight of each node; they sum to 1.
fn weights() -> impl Iterator<Item = f64> {
    WEIGHTS.into_iter().flat_map(|weight| [weight / 2.0; 2])
}

/// Where the nodes of this coefficient lie in its distribution: the stream of its draws at the quantiles of the nodes, so
/// that both forms share the chance of the stream.
pub(crate) fn quantiles_of(id: &str) -> Vec<f64> {
    let mut stream = draws::quantiles(id);
    quantiles().map(|quantile| super::percentile(&mut stream, quantile)).collect()
}

/// The nodes of a coefficient with this central value and these bounds, by the same law as its draws.
pub(crate) fn of(quantiles: &[f64], central: f64, low: f64, high: f64) -> Nodes {
    let mut nodes = [central; NODES];
    for (node, value) in nodes.iter_mut().zip(draws::sample(quantiles, central, low, high)) {
        *node = value;
    }
    nodes
}

/// The mean of a function of one coefficient, given at its nodes.
pub(crate) fn mean(nodes: &Nodes) -> f64 {
    weights().zip(nodes).map(|(weight, node)| weight * node).sum()
}

/// The mean of a product of two functions of one coefficient.
pub(crate) fn mean_product(a: &Nodes, b: &Nodes) -> f64 {
    weights().zip(a).zip(b).map(|((weight, a), b)| weight * a * b).sum()
}

/// Variance, third and fourth cumulant of a function with mean zero.
pub(crate) fn cumulants(centred: &Nodes) -> [f64; 3] {
    let [second, third, fourth] = weights().zip(centred).fold([0.0; 3], |[second, third, fourth], (weight, value)| {
        let square = value * value;
        [second + weight * square, third + weight * square * value, fourth + weight * square * square]
    });
    [second, third, fourth - 3.0 * second * second]
}

/// The function at the 5th and at the 95th percentile of the coefficient, the lesser value first.
pub(crate) fn tails(nodes: &Nodes) -> (f64, f64) {
    let [.., one, other] = *nodes;
    (one.min(other), one.max(other))
}

/// A function less its mean.
pub(crate) fn centred(nodes: &Nodes) -> Nodes {
    let mean = mean(nodes);
    nodes.map(|node| node - mean)
}

/// A coefficient less its mean, over its standard deviation; zero where it is exact.
pub(crate) fn standardised(nodes: &Nodes) -> Nodes {
    let centred = centred(nodes);
    let deviation = mean_product(&centred, &centred).sqrt();
    if deviation > 1e-12 * mean(nodes).abs() { centred.map(|node| node / deviation) } else { [0.0; NODES] }
}
