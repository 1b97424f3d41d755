import Broadcast
import Pipeline
import Testing

@Suite struct ControlDispatcherTests {
  private static let all: [ControlCommand] = [
    .calibrate(kind: "neutral"), .recentre, .pause(true), .startRecording(name: nil), .stopRecording, .mirror(nil),
    .selectProfile("ada"), .set(key: "a", value: "b"),
  ]

  @Test(arguments: all) func whatNobodyDoesIsAnsweredSo(_ command: ControlCommand) {
    #expect(ControlDispatcher().perform(command) == .refused("not available in this version of gurnd"))
  }

  @Test func eachCommandHasItsHandler() {
    var dispatcher = ControlDispatcher()
    dispatcher.startCalibration = { _ in }
    dispatcher.recentre = {}
    dispatcher.pause = { $0 ?? false }
    dispatcher.startRecording = { _ in "a.mkv" }
    dispatcher.stopRecording = { "a.mkv" }
    dispatcher.setMirror = { $0 ?? true }
    dispatcher.selectProfile = { _ in }
    dispatcher.set = { _, _ in }
    #expect(
      Self.all.map(dispatcher.perform) == [
        .done("calibrating neutral"), .done("recentred"), .done("paused"), .done("recording to a.mkv"),
        .done("recorded to a.mkv"), .done("mirrored"), .done("profile ada"), .done("a is b"),
      ])
  }

  @Test func whatAHandlerThrowsIsTold() {
    struct Full: Error, CustomStringConvertible { let description = "the disk is full" }
    var dispatcher = ControlDispatcher()
    dispatcher.startRecording = { _ in throw Full() }
    #expect(dispatcher.perform(.startRecording(name: "x")) == .refused("the disk is full"))
  }
}
