import Foundation
import Glibc
import Testing

@testable import Capture

/// What the kernel says of devices.
@Suite struct DeviceEventsTests {
  static func message(_ action: String, _ subsystem: String) -> [UInt8] {
    let parts = [
      "\(action)@/devices/pci0000:00/usb1/1-2/video4linux/video0", "ACTION=\(action)", "DEVPATH=/devices/x",
      "SUBSYSTEM=\(subsystem)", "MAJOR=81", "DEVNAME=video0", "SEQNUM=4711",
    ]
    return Array(parts.joined(separator: "\0").utf8) + [0]
  }

  @Test func theArrivalOfAVideoDeviceIsKnown() {
    #expect(DeviceEvents.isArrival(Self.message("add", "video4linux")[...]))
    #expect(DeviceEvents.isArrival(Self.message("change", "video4linux")[...]))
    for other in [Self.message("remove", "video4linux"), Self.message("add", "usb"), [], [0, 0], [0xFF, 0xFE]] {
      #expect(!DeviceEvents.isArrival(other[...]))
    }
  }

  @Test func waitingEndsWithAnArrival() throws {
    var ends: [Int32] = [0, 0]
    try #require(socketpair(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0, &ends) == 0)
    defer { close(ends[1]) }
    let events = DeviceEvents(descriptor: ends[0])
    #expect(!events.wait(.zero))
    for message in [Self.message("add", "usb"), Self.message("add", "video4linux")] {
      #expect(send(ends[1], message, message.count, 0) == message.count)
    }
    // An hour, were it not heard.
    #expect(events.wait(.seconds(3600)))
    let other = Self.message("remove", "video4linux")
    #expect(send(ends[1], other, other.count, 0) == other.count)
    #expect(!events.wait(.milliseconds(1)))
  }

  @Test func withoutEventsWaitingIsOnlyWaiting() { #expect(!DeviceEvents(descriptor: -1).wait(.milliseconds(1))) }

  /// The kernel's own socket can be opened wherever netlink is there, and says nothing of cameras that nobody moves.
  @Test func theKernelIsHeardOrNot() { _ = DeviceEvents().wait(.zero) }
}
