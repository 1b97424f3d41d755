import Broadcast
import Foundation
import TestSupport
import Testing

/// `gurn ctl` and subscribers against the daemon as users run it.
@Suite(.inRealTime, .enabled(if: Program.areBuilt, Comment(rawValue: Program.skipReason)))
struct ControlTests {
  /// Starts gurnd on the demo session without targets, with a control port of its own.
  private static func start(in shop: Workshop) throws -> (daemon: Program, port: Int) {
    let port = try #require(LoopbackPeer()).port
    try shop.write("targets: []\ncontrol: {port: \(port), max_subscribers: 2}\n", "gurn.yaml")
    let arguments = ["--config", "gurn.yaml", "--models", Program.models, "--source", DaemonTests.session, "--loop"]
    let daemon = try Program(try #require(Program.gurnd), arguments, in: shop.folder)
    _ = try #require(daemon.lines(until: "control port \(port), for this host"))
    return (daemon, port)
  }

  private func ctl(_ words: String, in shop: Workshop) throws -> Program.Outcome {
    try Program.run(
      Program.gurn, ["ctl"] + words.split(separator: " ").map(String.init) + ["--config", "gurn.yaml"], in: shop.folder)
  }

  @Test func theDaemonObeysAndTells() async throws {
    try await Workshop.with { shop in
      let (daemon, port) = try Self.start(in: shop)
      #expect(try ctl("ping", in: shop).output == "gurnd answers on port \(port)\n")
      #expect(try ctl("pause on", in: shop).output == "paused\n")
      let status = try ctl("status", in: shop)
      #expect(status.status == 0 && status.output.contains("\"paused\" : true"), "\(status)")
      #expect(try ctl("resume", in: shop).output == "running\n")
      #expect(try ctl("set filters.lids.beta 3", in: shop).output == "filters.lids.beta is 3\n")
      let typo = try ctl("set filters.lids.bta 3", in: shop)
      #expect(typo.status == 1 && typo.errors == ["Error: unknown key 'bta' in filters.lids; did you mean 'beta'?"])
      let fixed = try ctl("set source.fps 60", in: shop)
      #expect(fixed.status == 1 && fixed.errors.first?.contains("source.fps cannot change while gurnd runs") == true)
      #expect(try ctl("set control.port 4000", in: shop).status == 1)
      #expect(try ctl("fly", in: shop).status == 64)
      #expect(try daemon.end(by: SIGTERM).status == 0)
      let gone = try ctl("ping", in: shop)
      #expect(gone.status == 1 && gone.errors.first?.contains("no gurnd answers on control port \(port)") == true)
    }
  }

  @Test func whatOthersDoIsDoneByThem() async throws {
    try await Workshop.with { shop in
      let (daemon, _) = try Self.start(in: shop)
      #expect(try ctl("recentre", in: shop).output == "recentred\n")
      #expect(try ctl("calibrate", in: shop).output == "calibrating neutral\n")
      #expect(
        try ctl("calibrate nose", in: shop).errors.first?.contains("nose can't be calibrated; neutral, turn") == true)
      #expect(try ctl("mirror on", in: shop).output == "mirrored\n")
      #expect(try ctl("mirror", in: shop).output == "not mirrored\n")
      #expect(try ctl("profile vrm", in: shop).output == "profile vrm\n")
      #expect(try ctl("profile nobody", in: shop).status == 1)
      // A path lies beside the configuration's file, wherever the daemon and the tool were started.
      try shop.write("channels: {Smirk: mouthSmileLeft}\n", "mine.yaml")
      #expect(try ctl("set rig.profile ./mine.yaml", in: shop).output == "rig.profile is ./mine.yaml\n")
      let missing = try ctl("set rig.profile ./yours.yaml", in: shop)
      #expect(missing.status == 1 && missing.errors.first?.contains("/yours.yaml") == true, "\(missing)")
      let recording = try ctl("record start take-1", in: shop)
      #expect(recording.status == 0 && recording.output.hasPrefix("recording to "), "\(recording)")
      #expect(try ctl("record start ../take", in: shop).status == 1)
      let stopped = try ctl("record stop", in: shop)
      #expect(stopped.status == 0 && stopped.output.contains("take-1"), "\(stopped)")
      #expect(try daemon.end(by: SIGTERM).status == 0)
    }
  }

  @Test func aSubscriberHearsTheSessionOverAReload() async throws {
    try await Workshop.with { shop in
      let (daemon, port) = try Self.start(in: shop)
      let peer = try #require(LoopbackPeer())
      #expect(peer.ask("/gurn/subscribe", [.string("native")], of: port)?.address == "/gurn/done")
      func hearFace() -> Bool {
        while let packet = peer.receive(milliseconds: 10000) {
          let messages = (try? PlainOSC.read(packet).messages) ?? []
          if messages.contains(.init(address: "/gurn/face/0/present", arguments: [.int32(1)])) { return true }
        }
        return false
      }
      #expect(hearFace())
      try shop.write(
        "targets: []\nfilters: {fade_seconds: 1}\ncontrol: {port: \(port), max_subscribers: 2}\n", "gurn.yaml")
      kill(daemon.process.processIdentifier, SIGHUP)
      _ = try #require(daemon.lines(until: "configuration reloaded"))
      peer.send("/gurn/ping", to: port)
      #expect(hearFace())
      #expect(try ctl("status", in: shop).output.contains("\"schema\" : \"native\""))
      #expect(try daemon.end(by: SIGTERM).status == 0)
    }
  }

  @Test func aTakenControlPortIsNoReasonNotToTrack() async throws {
    try await Workshop.with { shop in
      let squatter = try #require(LoopbackPeer())
      let listener = try VMCListener()
      try shop.write("targets: [{port: \(listener.port)}]\ncontrol: {port: \(squatter.port)}\n", "gurn.yaml")
      let arguments = ["--config", "gurn.yaml", "--models", Program.models, "--source", DaemonTests.session, "--loop"]
      let daemon = try Program(try #require(Program.gurnd), arguments, in: shop.folder)
      let lines = try #require(daemon.lines(until: "going on without control"))
      #expect(lines.last?.contains("port \(squatter.port) is in use by another program") == true)
      await listener.hearExpression()
      #expect(try daemon.end(by: SIGTERM).status == 0)
    }
  }
}
