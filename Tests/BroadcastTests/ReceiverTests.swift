import FaceCore
import TestSupport
import Testing

@testable import Broadcast

/// What each schema sends over whole sessions, judged as its receivers read it.
@Suite struct ReceiverTests {
  /// A schema with its options and who reads it.
  struct Case: CustomTestStringConvertible {
    let title: String
    let schema: SchemaConfiguration
    let receivers: [any ReceiverValidator]

    var testDescription: String { title }
  }

  static let pascal = Blendshape.allCases.map(\.pascalName)
  static let vrm0 = VRMPreset.vrm0.map(\.rawValue)

  private static func vmc(_ change: (inout VMCSchema.Configuration) -> Void = { _ in }) -> SchemaConfiguration {
    var options = VMCSchema.Configuration()
    change(&options)
    return .vmc(options)
  }

  private static func vrchat(_ change: (inout VRChatSchema.Configuration) -> Void) -> SchemaConfiguration {
    var options = VRChatSchema.Configuration()
    change(&options)
    return .vrchat(options)
  }

  private static func fullSets(_ names: [String]) -> [any ReceiverValidator] {
    [
      FullSetValidator("VMC4B", names: names, mostBytes: 8192),
      FullSetValidator("VMC4UE", names: names, mostBytes: 4096),
      EVMC4UValidator(),
    ]
  }

  static let cases: [Case] = [
    Case(
      title: "vmc", schema: vmc(),
      receivers: fullSets(pascal) + [
        VSeeFaceValidator(), FullSetValidator("GodotXRVmcTracker", names: pascal, mostBytes: 4096),
      ]),
    Case(title: "vmc without bundles", schema: vmc { $0.bundle = false }, receivers: fullSets(pascal)),
    Case(
      title: "vmc vrm0 with eyes",
      schema: vmc {
        $0.names = .vrm0
        $0.eyeBones = true
      }, receivers: fullSets(vrm0) + [VSeeFaceValidator()]),
    Case(
      title: "vmc vrm1", schema: vmc { $0.names = .vrm1 },
      receivers: fullSets(VRMPreset.allCases.map(\.vrm1Name)) + [VSeeFaceValidator()]),
    Case(
      title: "vmc both with tracker",
      schema: vmc {
        $0.names = .both
        $0.head = .tracker
      }, receivers: fullSets(pascal + vrm0) + [VSeeFaceValidator()]),
    Case(
      title: "vmc assistant",
      schema: vmc {
        $0.role = .assistant
        $0.head = .tracker
        $0.eyeBones = true
      }, receivers: fullSets(pascal) + [VSeeFaceValidator()]),
    Case(
      title: "native", schema: .native(.init()),
      receivers: [
        TouchDesignerValidator(mayWarn: true), PlainOSCValidator("OscCore", mostBytes: 4096),
        PlainOSCValidator("NodeOSC", mostBytes: 1500),
      ]),
    Case(title: "vrchat", schema: vrchat { $0.prefix = "FT/" }, receivers: [VRChatValidator()]),
    Case(title: "vrchat binary", schema: vrchat { $0.parameters = .binary }, receivers: [VRChatValidator()]),
    Case(
      title: "vrchat both without bundles",
      schema: vrchat {
        $0.parameters = .both
        $0.bundle = false
        $0.keepAliveSeconds = 9
      }, receivers: [VRChatValidator(), PlainOSCValidator("OscCore", mostBytes: 4096)]),
    Case(title: "babble", schema: .babble(.init()), receivers: [BabbleValidator(names: babbleNames)]),
    Case(title: "etvr", schema: .etvr, receivers: [ETVRValidator()]),
    Case(
      title: "facecap", schema: .facecap(.init()),
      receivers: [AddRoutesValidator(), PlainOSCValidator("OscJack", mostBytes: 4096)]),
    Case(title: "phiz", schema: .phiz, receivers: [InochiPhizValidator()]),
    Case(title: "faceosc", schema: .faceosc, receivers: [FaceOSCValidator()]),
    Case(
      title: "ifacialmocap", schema: .ifacialmocap,
      receivers: [IFacialMocapValidator(names: Blendshape.allCases.map(\.sidedName))]),
    Case(title: "livelinkface", schema: .livelinkface(.init()), receivers: [UnrealLiveLinkValidator()]),
    Case(title: "opentrack", schema: .opentrack, receivers: [OpentrackValidator()]),
  ]

  /// The addresses of `BabbleOSC.cs`' list that are Babble's own.
  private static let babbleNames = [
    "cheekPuffLeft", "cheekPuffRight", "cheekSuckLeft", "cheekSuckRight", "jawOpen", "jawForward", "jawLeft",
    "jawRight",
    "noseSneerLeft", "noseSneerRight", "mouthFunnel", "mouthPucker", "mouthLeft", "mouthRight", "mouthRollUpper",
    "mouthRollLower", "mouthShrugUpper", "mouthShrugLower", "mouthClose", "mouthSmileLeft", "mouthSmileRight",
    "mouthFrownLeft", "mouthFrownRight", "mouthDimpleLeft", "mouthDimpleRight", "mouthUpperUpLeft", "mouthUpperUpRight",
    "mouthLowerDownLeft", "mouthLowerDownRight", "mouthPressLeft", "mouthPressRight", "mouthStretchLeft",
    "mouthStretchRight", "tongueOut", "tongueUp", "tongueDown", "tongueLeft", "tongueRight", "tongueRoll",
    "tongueBendDown", "tongueCurlUp", "tongueSquish", "tongueFlat", "tongueTwistLeft", "tongueTwistRight",
  ].map { "/" + $0 }

  @Test(arguments: cases, ["demo", "glasses", "leaves"])
  func everyPacketOfASessionIsTaken(_ example: Case, _ session: String) throws {
    var schema = try example.schema.makeSchema()
    var receivers = example.receivers
    let observations = try ShippedSession.observations(session)
    #expect(observations.count > 300)
    // A last neutral frame, as the pipeline sends it.
    let end = FaceObservation.absent(at: CaptureTime(seconds: (observations.last?.time.seconds ?? 0) + 1))
    for observation in observations + [end] {
      let frame = BroadcastFrame(observation: observation, ageSeconds: 0.01, seconds: observation.time.seconds)
      schema.encode(frame)
      let packets = schema.datagrams.packets
      #expect(packets.allSatisfy { $0.count <= PacketLayout.maximumBytes })
      for index in receivers.indices {
        let complaints = receivers[index].complaints(about: packets, at: frame.seconds)
        #expect(complaints.isEmpty, "\(receivers[index].name) at \(frame.seconds) s: \(complaints.prefix(3))")
        guard complaints.isEmpty else { return }
      }
    }
  }

  private func complaints(_ receiver: any ReceiverValidator, _ packets: [[UInt8]]) -> [String] {
    var receiver = receiver
    return receiver.complaints(about: packets, at: 0)
  }

  /// Each receiver's known faults are found: a validator that never complains would be none.
  @Test func validatorsFindTheFaultsThatTheyKnow() throws {
    func packet(_ address: String, _ arguments: [OSCArgument]) throws -> [UInt8] {
      try #require(OSCPacket.bytes(address, arguments))
    }
    let wrong: [(any ReceiverValidator, [[UInt8]])] = [
      (EVMC4UValidator(), [try packet("/VMC/Ext/T", [])]),
      (EVMC4UValidator(), [try packet("/VMC/Ext/OK", [.float(1)])]),
      (EVMC4UValidator(), [try packet("/VMC/Ext/Blend/Val", [.string("A"), .int32(1)])]),
      (EVMC4UValidator(), Array(repeating: try packet("/VMC/Ext/T", [.float(1)]), count: 31)),
      (
        FullSetValidator("VMC4B", names: ["A", "B"], mostBytes: 8192),
        [try packet("/VMC/Ext/Blend/Val", [.string("A"), .float(1)]), try packet("/VMC/Ext/Blend/Apply", [])]
      ),
      (VSeeFaceValidator(), [try packet("/VMC/Ext/Blend/Apply", [])]),
      (VRChatValidator(), [try packet("/avatar/parameters/v2/JawOpen", [.double(1)])]),
      (VRChatValidator(), [try packet("/avatar/parameters/v2/JawOpen", [.float(1.5)])]),
      (
        VRChatValidator(),
        [
          try packet("/tracking/eye/CenterPitchYaw", [.float(0), .float(0)]),
          try packet("/tracking/eye/CenterVec", [.float(0), .float(0), .float(1)]),
        ]
      ),
      (BabbleValidator(names: ["/jawOpen"]), [try packet("/jawOpen", [.int32(1)])]),
      (BabbleValidator(names: ["/jawOpen"]), [hex("2362756e646c6500 0000000000000001")]),
      (ETVRValidator(), [try packet("/avatar/parameters/v2/EyeLeftX", [.float(0), .float(0)])]),
      (TouchDesignerValidator(), [try packet("/a", [.string("b")])]),
      (PlainOSCValidator("OscCore", mostBytes: 8), [try packet("/a", [.float(1)])]),
      (AddRoutesValidator(), [try packet("/W", [.int32(0), .float(1)])]),
      (InochiPhizValidator(), [try packet("/phiz/headRotation", [.float(0), .float(0), .float(0), .float(0)])]),
      (FaceOSCValidator(), [try packet("/found", [.float(1)])]),
      (IFacialMocapValidator(names: ["jawOpen"]), [Array("jawOpen-0.5|=head#0,0,0,0,0,0|".utf8)]),
      (UnrealLiveLinkValidator(), [hex("05")]), (OpentrackValidator(), [hex("00")]),
    ]
    for (receiver, packets) in wrong {
      #expect(!complaints(receiver, packets).isEmpty, "\(receiver.name) takes \(packets)")
    }
    var late = VRChatValidator()
    _ = late.complaints(about: [try packet("/tracking/eye/EyesClosedAmount", [.float(0)])], at: 0)
    #expect(!late.complaints(about: [], at: 10).isEmpty)
  }
}
