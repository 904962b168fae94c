//! The steps of a pipeline as a graph from top to bottom: no step stands above one that it waits for.

use crate::view::{ExecutionStatus, StepGraph, StepNode};
use leptos::prelude::*;

const WIDTH: usize = 200;
const HEIGHT: usize = 56;
const ACROSS: usize = 24;
const DOWN: usize = 44;
const EDGE: usize = 8;
/// Letters that fit into a box.
const LETTERS: usize = 19;

/// Where a box has its upper left corner.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Place {
    x: usize,
    y: usize,
}

/// The drawing; nothing where there is no step. Its twin is the list of steps that stands beside it.
#[must_use]
pub fn draw(id: &'static str, title: &str, graph: &StepGraph) -> Option<AnyView> {
    if graph.nodes.is_empty() {
        return None;
    }
    let (places, width, height) = layout(graph);
    let edges = graph
        .nodes
        .iter()
        .zip(&places)
        .flat_map(|(node, to)| node.after.iter().filter_map(|from| Some((*places.get(*from)?, *to))))
        .map(|(from, to)| view! { <path class="step-edge" d=edge(from, to)></path> })
        .collect_view();
    let boxes = graph.nodes.iter().zip(&places).map(|(node, place)| step(node, *place)).collect_view();
    let names = format!("{id}-title {id}-words");
    Some(
        view! {
            <div class="step-graph">
                <svg
                    viewBox=format!("0 0 {width} {height}")
                    width=width.to_string()
                    height=height.to_string()
                    role="img"
                    aria-labelledby=names
                >
                    <title id=format!("{id}-title")>{title.to_owned()}</title>
                    <desc id=format!("{id}-words")>{words(graph)}</desc>
                    {edges}
                    {boxes}
                </svg>
            </div>
        }
        .into_any(),
    )
}

fn step(node: &StepNode, place: Place) -> AnyView {
    let class = match node.status {
        Some(ExecutionStatus::Succeeded) => "step-box good",
        Some(ExecutionStatus::Failed) => "step-box bad",
        Some(ExecutionStatus::Stopped | ExecutionStatus::Stopping) => "step-box warn",
        Some(ExecutionStatus::Executing | ExecutionStatus::Unknown) | None => "step-box",
    };
    let mark = match node.status {
        Some(ExecutionStatus::Succeeded) => "✓ ",
        Some(ExecutionStatus::Failed) => "✕ ",
        Some(ExecutionStatus::Stopped | ExecutionStatus::Stopping) => "■ ",
        Some(ExecutionStatus::Executing) => "● ",
        Some(ExecutionStatus::Unknown) | None => "",
    };
    let branch = node.branch.clone().map(|branch| format!(", {branch}")).unwrap_or_default();
    view! {
        <g class=class>
            <rect x=place.x.to_string() y=place.y.to_string() width=WIDTH.to_string() height=HEIGHT.to_string() rx="8"></rect>
            <text class="step-name" x=(place.x + 12).to_string() y=(place.y + 23).to_string()>
                {format!("{mark}{}", short(&node.name))}
            </text>
            <text class="step-kind" x=(place.x + 12).to_string() y=(place.y + 42).to_string()>
                {format!("{}{branch}", node.kind)}
            </text>
        </g>
    }
    .into_any()
}

/// From the middle below one box to the middle above another.
fn edge(from: Place, to: Place) -> String {
    let (x0, y0) = (from.x + WIDTH / 2, from.y + HEIGHT);
    let (x1, y1) = (to.x + WIDTH / 2, to.y);
    let bend = DOWN / 2;
    format!(
        "M{x0} {y0}C{x0} {},{x1} {},{x1} {y1}M{} {}L{x1} {y1}L{} {}",
        y0 + bend,
        y1.saturating_sub(bend),
        x1.saturating_sub(4),
        y1.saturating_sub(6),
        x1 + 4,
        y1.saturating_sub(6)
    )
}

fn short(name: &str) -> String {
    if name.chars().count() <= LETTERS {
        return name.to_owned();
    }
    name.chars().take(LETTERS - 1).chain(std::iter::once('…')).collect()
}

/// What the drawing says, for who does not see it.
fn words(graph: &StepGraph) -> String {
    let name = |place: &usize| graph.nodes.get(*place).map(|node| node.name.clone());
    let said = graph.nodes.iter().map(|node| {
        let after: Vec<String> = node.after.iter().filter_map(name).collect();
        if after.is_empty() {
            format!("{} comes first", node.name)
        } else {
            format!("{} after {}", node.name, after.join(" and "))
        }
    });
    format!("{}.", said.collect::<Vec<_>>().join("; "))
}

/// How far below the top each step stands: one below the lowest that it waits for. A ring, which AWS refuses, ends the search.
fn depths(graph: &StepGraph) -> Vec<usize> {
    let mut depths = vec![0; graph.nodes.len()];
    for _ in 0..graph.nodes.len() {
        let mut is_settled = true;
        for (place, node) in graph.nodes.iter().enumerate() {
            let above = node.after.iter().filter_map(|from| depths.get(*from)).max().map_or(0, |above| above + 1);
            if let Some(depth) = depths.get_mut(place).filter(|depth| **depth < above) {
                *depth = above.min(graph.nodes.len() - 1);
                is_settled = false;
            }
        }
        if is_settled {
            break;
        }
    }
    depths
}

/// Where each box stands, and how large the whole is. Boxes of a row stand in the order of what they wait for.
fn layout(graph: &StepGraph) -> (Vec<Place>, usize, usize) {
    let depths = depths(graph);
    let rows = depths.iter().max().map_or(0, |deepest| deepest + 1);
    let mut columns = vec![0_usize; graph.nodes.len()];
    let mut widest = 1;
    for row in 0..rows {
        let mut own: Vec<(usize, usize)> = graph
            .nodes
            .iter()
            .enumerate()
            .filter(|(place, _)| depths.get(*place) == Some(&row))
            .map(|(place, node)| {
                let above: Vec<usize> = node.after.iter().filter_map(|from| columns.get(*from).copied()).collect();
                // Twice the mean, so that halves stay apart.
                (2 * above.iter().sum::<usize>() / above.len().max(1), place)
            })
            .collect();
        own.sort_unstable();
        widest = widest.max(own.len());
        for (column, (_, place)) in own.iter().enumerate() {
            if let Some(known) = columns.get_mut(*place) {
                *known = column;
            }
        }
    }
    let in_row = |row: usize| depths.iter().filter(|depth| **depth == row).count();
    let across = |boxes: usize| boxes * WIDTH + boxes.saturating_sub(1) * ACROSS;
    let place = |(depth, column): (&usize, &usize)| Place {
        x: EDGE + (across(widest) - across(in_row(*depth))) / 2 + column * (WIDTH + ACROSS),
        y: EDGE + depth * (HEIGHT + DOWN),
    };
    let places = depths.iter().zip(&columns).map(place).collect();
    let height = 2 * EDGE + rows * HEIGHT + rows.saturating_sub(1) * DOWN;
    (places, 2 * EDGE + across(widest), height)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn graph(steps: &[(&str, &[usize])]) -> StepGraph {
        let node = |(name, after): &(&str, &[usize])| StepNode {
            name: (*name).to_owned(),
            after: after.to_vec(),
            ..StepNode::default()
        };
        StepGraph { nodes: steps.iter().map(node).collect() }
    }

    #[test]
    fn no_step_stands_above_what_it_waits_for_and_none_over_another() {
        let diamond = graph(&[("a", &[]), ("b", &[0]), ("c", &[0]), ("d", &[1, 2]), ("e", &[0, 3])]);
        assert_eq!(depths(&diamond), [0, 1, 1, 2, 3]);
        let (places, width, height) = layout(&diamond);
        for (place, node) in places.iter().zip(&diamond.nodes) {
            assert!(node.after.iter().all(|from| places[*from].y < place.y), "{}", node.name);
            assert!(place.x + WIDTH <= width && place.y + HEIGHT <= height);
        }
        let apart = |a: &Place, b: &Place| a.y != b.y || a.x.abs_diff(b.x) >= WIDTH;
        assert!(places.iter().enumerate().all(|(n, a)| places[n + 1..].iter().all(|b| apart(a, b))));
        assert_eq!(places[0].x, places[3].x, "one box stands in the middle");
    }

    #[test]
    fn a_ring_and_a_name_of_nothing_are_drawn_all_the_same() {
        let strange = graph(&[("a", &[1]), ("b", &[0, 9])]);
        assert!(draw("g", "Steps", &strange).is_some());
        assert!(draw("g", "Steps", &StepGraph::default()).is_none());
    }

    #[test]
    fn who_does_not_see_it_hears_what_waits_for_what() {
        let said = words(&graph(&[("Prepare", &[]), ("Train", &[0]), ("Report", &[0, 1])]));
        assert_eq!(said, "Prepare comes first; Train after Prepare; Report after Prepare and Train.");
    }
}
