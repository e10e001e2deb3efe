//! Flows between stations: how much work arrives where, and what product form says about the numbers there.

use super::erlang::Mmc;

/// The x with `matrix` x = `right`, by elimination with row pivoting. None when the matrix is singular to
/// working precision.
pub fn solve(mut matrix: Vec<Vec<f64>>, mut right: Vec<f64>) -> Option<Vec<f64>> {
    let n = right.len();
    assert!(matrix.len() == n && matrix.iter().all(|row| row.len() == n), "as many equations as unknowns");
    let largest = matrix.iter().flatten().fold(0.0, |most: f64, value| most.max(value.abs()));
    for column in 0..n {
        let pivot =
            (column..n).max_by(|a, b| matrix[*a][column].abs().total_cmp(&matrix[*b][column].abs()))?;
        if matrix[pivot][column].abs() <= 1e-13 * largest {
            return None;
        }
        matrix.swap(column, pivot);
        right.swap(column, pivot);
        for row in column + 1..n {
            let factor = matrix[row][column] / matrix[column][column];
            if factor != 0.0 {
                let (above, below) = matrix.split_at_mut(row);
                below[0][column..]
                    .iter_mut()
                    .zip(&above[column][column..])
                    .for_each(|(b, a)| *b -= factor * a);
                right[row] -= factor * right[column];
            }
        }
    }
    for row in (0..n).rev() {
        let known: f64 = (row + 1..n).map(|k| matrix[row][k] * right[k]).sum();
        right[row] = (right[row] - known) / matrix[row][row];
    }
    Some(right)
}

/// The arrival rate at each station, returns included: x = γ + Pᵀx, with γ the rates from outside and P_{ij} the
/// share that goes from i to j (Jackson, Operations Research 5:518, 1957). None when somewhere a loop has no way
/// out, so that what has entered never leaves.
/// Example: γ = (3, 0.5, 0), P = (0 .7 .1; 0 0 .6; 0 .2 0) gives (3, 3.022727, 2.113636).
pub fn traffic(outside: &[f64], routes: &[Vec<f64>]) -> Option<Vec<f64>> {
    let n = outside.len();
    assert!(
        routes.len() == n && routes.iter().all(|row| row.len() == n),
        "a share from each to each station"
    );
    let entry = |to: usize, from: usize| f64::from(to == from) - routes[from][to];
    let matrix = (0..n).map(|to| (0..n).map(|from| entry(to, from)).collect()).collect();
    let rates = solve(matrix, outside.to_vec())?;
    // A loop that multiplies what passes it solves the equations with negative flows.
    rates.iter().all(|rate| *rate >= -1e-9).then(|| rates.iter().map(|rate| rate.max(0.0)).collect())
}

/// A station of a network: equal servers, exponential service.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Station {
    /// The service rate of each server.
    pub service: f64,
    /// How many servers there are.
    pub servers: usize,
}

/// The stations of an open Jackson network in steady state, each an M/M/c of its own (Jackson, Management Science
/// 10:131, 1963). None when a station is overloaded or a loop has no way out.
pub fn jackson(outside: &[f64], routes: &[Vec<f64>], stations: &[Station]) -> Option<Vec<Mmc>> {
    assert_eq!(outside.len(), stations.len(), "a rate from outside for each station");
    let rates = traffic(outside, routes)?;
    rates.iter().zip(stations).map(|(rate, at)| Mmc::new(*rate, at.service, at.servers)).collect()
}

/// Little's law: the mean time in a system from the mean number in it and the rate of arrivals (Little,
/// Operations Research 9:383, 1961). None when nobody arrives.
pub fn little_time(mean_number: f64, arrival: f64) -> Option<f64> {
    (arrival > 0.0).then(|| mean_number / arrival)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rework() -> Vec<Vec<f64>> {
        vec![vec![0.0, 0.7, 0.1], vec![0.0, 0.0, 0.6], vec![0.0, 0.2, 0.0]]
    }

    fn agree(found: &[f64], wanted: &[f64]) {
        assert_eq!(found.len(), wanted.len());
        for (found, wanted) in found.iter().zip(wanted) {
            assert!((found - wanted).abs() < 2e-9 * wanted, "found {found}, wanted {wanted}");
        }
    }

    #[test]
    fn a_network_with_rework_carries_what_jackson_says() {
        let outside = [3.0, 0.5, 0.0];
        agree(&traffic(&outside, &rework()).unwrap(), &[3.0, 3.022_727_273, 2.113_636_364]);
        let stations = [(1.0, 4), (0.6, 6), (2.0, 2)].map(|(service, servers)| Station { service, servers });
        let queues = jackson(&outside, &rework(), &stations).unwrap();
        let loads: Vec<f64> = queues.iter().map(Mmc::utilization).collect();
        agree(&loads, &[0.75, 0.839_646_464_6, 0.528_409_090_9]);
        let numbers: Vec<f64> = queues.iter().map(Mmc::mean_number).collect();
        agree(&numbers, &[4.528_301_887, 8.186_030_31, 1.466_206_835]);
        let time = little_time(numbers.iter().sum(), outside.iter().sum()).unwrap();
        agree(&[time], &[4.051_582_58]);
        assert_eq!(jackson(&[9.0, 0.5, 0.0], &rework(), &stations), None);
        assert_eq!(little_time(1.0, 0.0), None);
    }

    #[test]
    fn a_loop_without_a_way_out_has_no_rates() {
        assert_eq!(traffic(&[1.0, 0.0], &[vec![0.0, 1.0], vec![1.0, 0.0]]), None);
        assert_eq!(traffic(&[1.0], &[vec![1.5]]), None);
        assert_eq!(traffic(&[1.0], &[vec![0.75]]), Some(vec![4.0]));
        assert_eq!(traffic(&[], &[]), Some(Vec::new()));
    }

    #[test]
    fn equations_are_solved_in_whatever_order_they_stand() {
        // The first pivot is 0: without an exchange of rows there is no answer.
        let matrix = vec![vec![0.0, 2.0, 1.0], vec![1.0, 1.0, 0.0], vec![3.0, 0.0, -1.0]];
        agree(&solve(matrix, vec![7.0, 3.0, 0.0]).unwrap(), &[1.0, 2.0, 3.0]);
        assert_eq!(solve(vec![vec![1.0, 2.0], vec![2.0, 4.0]], vec![1.0, 1.0]), None);
    }
}
