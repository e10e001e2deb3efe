use super::*;

const ALL: [f64; 1] = [1.0];

fn filled(pool: &mut PoolState, posts: Vec<u32>, shares: &[f64]) {
    for post in posts {
        pool.fill(post, shares, Time(1));
    }
}

#[test]
fn shifts_fill_evenly_and_nobody_moves_when_one_joins() {
    let shares = [0.5, 0.25, 0.25];
    let mut pool = PoolState::new(4, 4, &shares, &[false; 3], false);
    let shifts = |p: &PoolState| p.members.iter().map(|m| m.group).collect::<Vec<_>>();
    assert_eq!(shifts(&pool), [0, 1, 2, 0]);
    let new = pool.resize(6, false);
    filled(&mut pool, new, &shares);
    assert_eq!(shifts(&pool), [0, 1, 2, 0, 0, 1]);
}

#[test]
fn a_cut_takes_vacant_posts_then_the_last_hired_busy_ones_after_their_task() {
    let mut pool = PoolState::new(5, 4, &ALL, &[true], false);
    pool.seize(3, 0);
    assert!(pool.resize(2, true).is_empty());
    assert_eq!((pool.level().posts, pool.level().filled), (2, 3), "member 3 finishes first");
    assert_eq!(pool.members[2].doing, Doing::Gone);
    pool.release(3);
    assert_eq!((pool.level().filled, pool.first_free(false, None)), (2, Some(0)));
    let new = pool.resize(3, false);
    assert_eq!(new, [5], "a new post takes the next number");
    filled(&mut pool, new, &ALL);
    assert_eq!(pool.level().filled, 3);
}

#[test]
fn without_last_hired_nobody_goes() {
    let mut pool = PoolState::new(3, 3, &ALL, &[true], false);
    pool.resize(1, false);
    assert_eq!((pool.level().posts, pool.level().filled), (1, 3));
    assert!(!pool.leave(2), "the next who leaves is not replaced");
    assert!(pool.resize(2, false).is_empty(), "who stayed fills the post again");
    assert!(pool.leave(0), "the post of the next is vacant");
}

#[test]
fn who_is_away_is_neither_free_nor_on_shift_and_keeps_the_task() {
    let mut pool = PoolState::new(2, 2, &ALL, &[true], true);
    pool.seize(0, 9);
    pool.set_absent(0, true);
    pool.set_absent(1, true);
    let level = pool.level();
    assert_eq!((level.on_shift, level.busy, level.absent, pool.free(false)), (0, 0, 2, 0));
    pool.set_absent(0, false);
    pool.set_absent(1, false);
    pool.set_capped(1, true);
    assert_eq!((pool.level().busy, pool.free(false), pool.free(true)), (1, 1, 0));
    assert_eq!(pool.level().capped, 1);
    pool.release(0);
    assert_eq!((pool.first_free(true, None), pool.first_free(false, Some(0))), (Some(0), Some(1)));
}

#[test]
fn a_post_has_one_holder_after_another() {
    let mut pool = PoolState::new(1, 1, &ALL, &[true], false);
    pool.set_lack(0, 500);
    assert_eq!(pool.level().learning, 500);
    assert!(pool.leave(0));
    assert_eq!((pool.level().filled, pool.level().learning, pool.vacancies.len()), (0, 0, 1));
    pool.vacancies.clear();
    pool.fill(0, &ALL, Time(5));
    assert_eq!((pool.members[0].holder, pool.level().filled), (1, 1));
}
