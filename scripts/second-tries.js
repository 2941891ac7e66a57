// A reporter for Vitest: names the tests that passed only at a second or third try, with what they said before. They
// count as passed, and are the ones to mend before they fail.

export default class SecondTries {
  onTestRunEnd(testModules) {
    const found = testModules.flatMap((module) => [...module.children.allTests()].filter(passedLate));
    if (found.length === 0) return;
    console.log(`\n${found.length} passed only at a second or third try:`);
    for (const test of found) {
      console.log(`  ${test.project.name} ${test.module.relativeModuleId} > ${test.fullName}`);
      for (const { message } of test.result().errors ?? []) console.log(`    ${message.split('\n', 1)[0]}`);
    }
  }
}

function passedLate(test) {
  return test.diagnostic()?.flaky === true;
}
