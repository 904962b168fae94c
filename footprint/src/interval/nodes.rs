//! A coefficient as a few weighted values: Gauss-Legendre nodes of its quantile function.

use super::draws;

/// Values per coefficient: sixteen Gauss-Legendre nodes, then its 5th and 95th percentile, which weigh nothing.
pub(crate) const NODES: usize = 18;

/// Values at the nodes.
pub(crate) type Nodes = [f64; NODES];

/// Where the values lie in the distribution.
const QUANTILES: Nodes = [
    0.005_299_532_504_175,
    0.027_712_488_463_383_7,
    0.067_184_398_806_084_1,
    0.122_297_795_822_498_5,
    0.191_061_877_798_678_2,
    0.270_991_611_171_386_3,
    0.359_198_224_610_370_5,
    0.452_493_745_081_181_3,
    0.547_506_254_918_818_8,
    0.640_801_775_389_629_5,
    0.729_008_388_828_613_7,
    0.808_938_122_201_321_9,
    0.877_702_204_177_501_6,
    0.932_815_601_193_915_9,
    0.972_287_511_536_616_3,
    0.994_700_467_495_825,
    0.05,
    0.95,
];

/// What each value weighs; the weights sum to 1.
const WEIGHTS: Nodes = [
    0.013_576_229_705_877,
    0.031_126_761_969_324,
    0.047_579_255_841_246_4,
    0.062_314_485_627_767,
    0.074_797_994_408_288_4,
    0.084_578_259_697_501_3,
    0.091_301_707_522_461_8,
    0.094_725_305_227_534_3,
    0.094_725_305_227_534_3,
    0.091_301_707_522_461_8,
    0.084_578_259_697_501_3,
    0.074_797_994_408_288_4,
    0.062_314_485_627_767,
    0.047_579_255_841_246_4,
    0.031_126_761_969_324,
    0.013_576_229_705_877,
    0.0,
    0.0,
];

/// Where the nodes of this coefficient lie in its distribution: the stream of its draws at the quantiles of the nodes, so
/// that both forms share the chance of the stream.
pub(crate) fn quantiles_of(id: &str) -> Vec<f64> {
    let mut stream = draws::quantiles(id);
    QUANTILES.into_iter().map(|quantile| super::percentile(&mut stream, quantile)).collect()
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
    WEIGHTS.iter().zip(nodes).map(|(weight, node)| weight * node).sum()
}

/// The mean of a product of two functions of one coefficient.
pub(crate) fn mean_product(a: &Nodes, b: &Nodes) -> f64 {
    WEIGHTS.iter().zip(a).zip(b).map(|((weight, a), b)| weight * a * b).sum()
}

/// Variance, third and fourth cumulant of a function with mean zero.
pub(crate) fn cumulants(centred: &Nodes) -> [f64; 3] {
    let [second, third, fourth] =
        WEIGHTS.iter().zip(centred).fold([0.0; 3], |[second, third, fourth], (weight, value)| {
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
