/* Runs a battery of TestU01 (L'Ecuyer and Simard, ACM Transactions on Mathematical Software 33:22, 2007) on the 32-bit
 * words that come in on stdin, and prints one line for each p-value that is not between 0.001 and 0.999, then one line
 * that sums up.
 *
 * battery small|crush|big NAME < words
 * battery crush NAME TEST... < words        ten times each of these tests of Crush, by number, and no other
 *
 * The sum: how many tests, how many p-values outside [0.001, 0.999], and how many outside [1e-10, 1 - 1e-10], which is
 * what TestU01's authors call a clear failure. The exit code is 1 if there is such a failure. */

#define _POSIX_C_SOURCE 200809L
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <bbattery.h>
#include <swrite.h>
#include <unif01.h>

enum { WORDS = 1 << 14, CRUSH_TESTS = 96 };

static unsigned int next_word(void)
{
    static uint32_t words[WORDS];
    static size_t at = WORDS;
    if (at == WORDS) {
        if (fread(words, sizeof words[0], WORDS, stdin) != WORDS) {
            fprintf(stderr, "battery: the words have run out\n");
            exit(3);
        }
        at = 0;
    }
    return words[at++];
}

/* Prints the p-values and gives the number of clear failures. */
static int summary(FILE *out, const char *name, const char *battery)
{
    int suspect = 0, failed = 0;
    for (int i = 0; i < bbattery_NTests; i++) {
        double p = bbattery_pVal[i];
        /* A test that gave no p-value is marked with a negative one. */
        if (p < 0 || (p >= 1e-3 && p <= 1 - 1e-3))
            continue;
        suspect++;
        failed += p < 1e-10 || p > 1 - 1e-10;
        fprintf(out, "  %s: %s: p = %.3g, 1 - p = %.3g\n", name, bbattery_TestNames[i], p, 1 - p);
    }
    fprintf(out, "%-18s %-5s %3d p-values, %d outside [0.001, 0.999], %d outside [1e-10, 1 - 1e-10]\n", name, battery,
            bbattery_NTests, suspect, failed);
    fflush(out);
    return failed;
}

/* Each of these tests of Crush ten times: what to do where one p-value of a battery is small, but no failure. */
static int repeat(unif01_Gen *words, int count, char **tests)
{
    int times[CRUSH_TESTS + 1] = {0};
    for (int i = 0; i < count; i++) {
        int test = atoi(tests[i]);
        if (test < 1 || test > CRUSH_TESTS) {
            fprintf(stderr, "battery: the tests of Crush are numbered from 1 to %d\n", CRUSH_TESTS);
            return 2;
        }
        times[test] = 10;
    }
    bbattery_RepeatCrush(words, times);
    return 0;
}

int main(int argc, char **argv)
{
    if (argc < 3 || (argc > 3 && strcmp(argv[1], "crush"))) {
        fprintf(stderr, "battery small|crush|big NAME [TEST...] < words\n");
        return 2;
    }
    /* The library writes its own report to stdout, whatever it is told: the summary goes by another door. */
    FILE *out = fdopen(dup(STDOUT_FILENO), "w");
    if (!out || !freopen("/dev/null", "w", stdout))
        return 2;
    swrite_Basic = FALSE;
    unif01_Gen *words = unif01_CreateExternGenBits(argv[2], next_word);
    const char *battery = argv[1];
    if (argc > 3) {
        if (repeat(words, argc - 3, argv + 3))
            return 2;
    } else if (!strcmp(battery, "small"))
        bbattery_SmallCrush(words);
    else if (!strcmp(battery, "crush"))
        bbattery_Crush(words);
    else if (!strcmp(battery, "big"))
        bbattery_BigCrush(words);
    else
        return 2;
    int failed = summary(out, argv[2], battery);
    unif01_DeleteExternGenBits(words);
    return failed > 0;
}
