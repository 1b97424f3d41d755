import FaceCore
import Testing

@testable import Capture

/// Gaps in sequence numbers, and frames' times.
@Suite struct FrameAccountTests {
  static func missed(_ sequence: [UInt32]) -> Int {
    var account = FrameAccount()
    for number in sequence { account.arrived(sequence: number) }
    return account.missed
  }

  @Test func gapsAreCounted() {
    #expect(Self.missed([7, 8, 9]) == 0)
    #expect(Self.missed([7, 10, 11, 13]) == 3)
  }

  @Test func numbersWrap() {
    #expect(Self.missed([.max - 1, .max, 0, 1]) == 0)
    #expect(Self.missed([.max - 1, 2]) == 3)
  }

  @Test func numbersThatStartOverAreNoGap() {
    #expect(Self.missed([500, 0, 1, 3]) == 1)
    #expect(Self.missed([5, 5, 5]) == 0)
  }

  @Test func theStampIsTakenWhereItIsNearNow() {
    var account = FrameAccount()
    let now = CaptureTime(seconds: 100)
    #expect(account.time(stamp: CaptureTime(seconds: 99.96), now: now) == CaptureTime(seconds: 99.96))
    #expect(account.time(stamp: nil, now: now) == now)
    // A stamp of another clock.
    #expect(
      account.time(stamp: CaptureTime(seconds: 1.7e9), now: CaptureTime(seconds: 101)) == CaptureTime(seconds: 101))
    #expect(account.time(stamp: CaptureTime(seconds: 0), now: CaptureTime(seconds: 102)) == CaptureTime(seconds: 102))
  }

  @Test func timesAlwaysRise() {
    var account = FrameAccount()
    let times = [10.0, 10.04, 10.04, 10.02, 10.08].map {
      account.time(stamp: CaptureTime(seconds: $0), now: CaptureTime(seconds: 10.1))
    }
    #expect(zip(times, times.dropFirst()).allSatisfy { $0 < $1 })
    #expect(times.last == CaptureTime(seconds: 10.08))
  }

  @Test func countsAddUp() {
    var a = FrameAccount()
    a.wasDelivered()
    a.wasDamaged()
    a.arrived(sequence: 1)
    a.arrived(sequence: 4)
    let sum = a + a
    #expect([sum.delivered, sum.damaged, sum.missed] == [2, 2, 4])
  }
}
