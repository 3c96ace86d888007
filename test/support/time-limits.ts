/**
 * Limits for what hangs, in milliseconds. No test asserts a time and none waits for a time: each waits for a condition, and
 * takes as long as the machine needs. The limits are far above that, so that a loaded machine does not fail a test.
 */

/** Of a test or a hook. */
export const hangTimeoutInMs = 180_000;

/** Of the wait for one condition. It is lower, because the last state that was seen says more than that the test hung. */
export const conditionTimeoutInMs = 150_000;
