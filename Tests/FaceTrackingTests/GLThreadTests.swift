import Foundation
import Testing

@testable import FaceTracking

@Suite struct GLThreadTests {
  private struct Refusal: Error {}

  @Test func workRunsOnOneThreadAndLeavesNothingBehind() {
    let thread = GLThread()
    defer { thread.stop() }
    var sum = 0
    var threads: Set<ObjectIdentifier> = []
    // Many hops: a reference to the closure that outlived its call would trap.
    for index in 0..<20_000 {
      sum += thread.run {
        threads.insert(ObjectIdentifier(Thread.current))
        return index
      }
    }
    #expect(sum == 19_999 * 10_000)
    #expect(threads.count == 1)
    #expect(!threads.contains(ObjectIdentifier(Thread.current)))
  }

  @Test func errorsComeBackToTheCaller() {
    let thread = GLThread()
    defer { thread.stop() }
    #expect(throws: Refusal.self) { try thread.run { () throws(Refusal) in throw Refusal() } }
  }
}
