import CV4L2
import CAvformat
import FaceCore
import Foundation
import Glibc
import Testing

@testable import Capture

/// The camera's own code against a driver of the test's making: formats, frames, controls, and faults at every call.
@Suite struct FakeDriverTests {
  static let path = "/dev/video0"
  static let request = CameraRequest(width: 64, height: 48)

  static func camera(_ driver: FakeDriver, _ request: CameraRequest = request) throws(CaptureError) -> V4L2Camera {
    try V4L2Camera(path: path, request: request, system: driver)
  }

  /// A YUYV picture whose luma is `luma` everywhere.
  static func yuyv(_ luma: UInt8) -> [UInt8] { (0..<64 * 48).flatMap { _ in [luma, 128] } }

  @Test func framesComeWithTheirOwnBytes() throws {
    var node = FakeDriver.Node()
    node.frames = [Self.yuyv(10), Self.yuyv(20)]
    let camera = try Self.camera(FakeDriver([Self.path: node]))
    #expect(camera.format == .yuyv && camera.nominalRate == 30)
    for luma: UInt8 in [10, 20] {
      let frame = try #require(try camera.read(timeout: .milliseconds(500)))
      #expect(frame.pixels[0] == luma && frame.pixels[64 * 48 - 1] == luma)
      let original = try #require(frame.original)
      #expect(original.coding == .pixels(format: AV_PIX_FMT_YUYV422.rawValue) && original.strides[0] == 128)
      #expect(Array(UnsafeBufferPointer(start: original.planes[0], count: 64 * 48 * 2)) == Self.yuyv(luma))
    }
    #expect(try camera.read(timeout: .milliseconds(1)) == nil)
    #expect(camera.account.delivered == 2)
  }

  @Test(arguments: [("GREY", 1.0, 1), ("NV12", 1.5, 2), ("YU12", 1.5, 3)])
  func planesLieWhereTheFormatSays(name: String, bytesPerPixel: Double, planes: Int) throws {
    var node = FakeDriver.Node()
    node.formats = [name]
    node.frames = [(0..<Int(64 * 48 * bytesPerPixel)).map { UInt8(truncatingIfNeeded: $0 / 64) }]
    let camera = try Self.camera(FakeDriver([Self.path: node]))
    let original = try #require(try camera.read(timeout: .milliseconds(500))?.original)
    #expect((0..<4).count { original.planes[$0] != nil } == planes)
    if planes > 1 { #expect(original.planes[1]?.pointee == 48) }
    if planes > 2 { #expect(original.planes[2]?.pointee == 60) }
  }

  @Test func corruptJPEGsAreCountedAndPassedBy() throws {
    let jpeg = try MotionJPEGDecoderTests.jpeg()
    var node = FakeDriver.Node()
    node.formats = ["MJPG"]
    node.frames = [jpeg, [0xFF, 0xD8, 0xFF], [UInt8](repeating: 7, count: 900), [], jpeg]
    let camera = try Self.camera(FakeDriver([Self.path: node]))
    for _ in 0..<2 {
      let frame = try #require(try camera.read(timeout: .milliseconds(500)))
      guard let original = frame.original, case .jpeg(let count) = original.coding else {
        Issue.record("no JPEG")
        return
      }
      #expect(Array(UnsafeBufferPointer(start: original.planes[0], count: count)) == jpeg)
    }
    #expect(camera.account.damaged == 3 && camera.account.delivered == 2)
  }

  @Test func flaggedShortAndDroppedFramesAreCounted() throws {
    var node = FakeDriver.Node()
    node.frames = [Self.yuyv(1), Self.yuyv(2), Array(Self.yuyv(3).prefix(100)), Self.yuyv(4), Self.yuyv(5)]
    (node.damaged, node.dropped) = ([1], [3, 4])
    let camera = try Self.camera(FakeDriver([Self.path: node]))
    let luma = try (0..<3).map { _ in try #require(try camera.read(timeout: .milliseconds(500))).pixels[0] }
    #expect(luma == [1, 4, 5])
    #expect(camera.account.damaged == 2 && camera.account.missed == 2)
  }

  @Test(arguments: [
    ("open", EBUSY, "open: Device or resource busy: another program uses the camera"),
    ("open", EACCES, "open: Permission denied: is this user in the group “video”?"),
    ("open", EMFILE, "open: Too many open files"),
    ("VIDIOC_QUERYCAP", ENOTTY, "VIDIOC_QUERYCAP: Inappropriate ioctl for device"),
    ("VIDIOC_S_FMT", EBUSY, "VIDIOC_S_FMT: Device or resource busy: another program uses the camera"),
    ("VIDIOC_REQBUFS", EBUSY, "VIDIOC_REQBUFS: Device or resource busy: another program uses the camera"),
    ("VIDIOC_STREAMON", EIO, "VIDIOC_STREAMON: Input/output error"),
    ("VIDIOC_STREAMON", ENOSPC, "VIDIOC_STREAMON: No space left on device"),
  ]) func aFaultAtTheStartIsNamedAndNothingStaysOpen(call: String, code: Int32, message: String) {
    var node = FakeDriver.Node()
    node.faults[call] = code
    let driver = FakeDriver([Self.path: node])
    let error = #expect(throws: CaptureError.self) { _ = try Self.camera(driver) }
    #expect(error?.description == "\(Self.path): \(message)")
    #expect(driver.openCount == 0)
  }

  @Test(arguments: [("VIDIOC_DQBUF", EIO), ("VIDIOC_DQBUF", ENODEV), ("VIDIOC_QBUF", ENODEV)])
  func aFaultWhileStreamingEndsTheCamera(call: String, code: Int32) throws {
    var node = FakeDriver.Node()
    node.frames = [Self.yuyv(1), Self.yuyv(2)]
    let driver = FakeDriver([Self.path: node])
    var camera: V4L2Camera? = try Self.camera(driver)
    #expect(try camera?.read(timeout: .milliseconds(500)) != nil)
    driver.nodes[Self.path]?.faults[call] = code
    #expect(throws: CaptureError.device(path: Self.path, call: call, code: code)) {
      _ = try camera?.read(timeout: .milliseconds(500))
    }
    camera = nil
    #expect(driver.openCount == 0 && driver.isStreaming.isEmpty)
  }

  @Test func anotherFormatThanAskedForIsReadOrRefused() throws {
    var node = FakeDriver.Node()
    (node.formats, node.granted) = (["MJPG"], "YUYV")
    #expect(try Self.camera(FakeDriver([Self.path: node])).format == .yuyv)
    node.granted = "RGB3"
    let error = #expect(throws: CaptureError.self) { _ = try Self.camera(FakeDriver([Self.path: node])) }
    #expect(error?.description == "\(Self.path): VIDIOC_S_FMT: MJPG was asked for, RGB3 granted")
  }

  @Test func autoTakesTheNextCameraWhereTheFirstIsBusy() throws {
    var busy = FakeDriver.Node()
    busy.faults["VIDIOC_S_FMT"] = EBUSY
    var loopback = FakeDriver.Node()
    loopback.driver = "v4l2 loopback"
    let driver = FakeDriver(["/dev/video0": busy, "/dev/video2": FakeDriver.Node(), "/dev/video9": loopback])
    let list = CameraList(
      cameras: ["/dev/video0", "/dev/video2", "/dev/video9"].map {
        CameraInfo(path: $0, card: "Fake", driver: driver.nodes[$0]!.driver, bus: "")
      })
    #expect(try V4L2Camera.open("auto", in: list, request: Self.request, system: driver).path == "/dev/video2")
    // A name means one camera only, and a loopback is none.
    #expect(throws: CaptureError.device(path: "/dev/video0", call: "VIDIOC_S_FMT", code: EBUSY)) {
      try V4L2Camera.open("/dev/video0", in: list, request: Self.request, system: driver)
    }
    driver.nodes["/dev/video2"]?.faults["open"] = EIO
    #expect(throws: CaptureError.device(path: "/dev/video0", call: "VIDIOC_S_FMT", code: EBUSY)) {
      try V4L2Camera.open("auto", in: list, request: Self.request, system: driver)
    }
  }

  @Test func nodesThatAreNoCamerasAreSaidToBeSomethingElse() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "dev-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    func node(_ capabilities: Int32, formats: [String] = []) -> FakeDriver.Node {
      var node = FakeDriver.Node()
      (node.capabilities, node.formats) = (UInt32(bitPattern: capabilities), formats)
      return node
    }
    var camera = FakeDriver.Node()
    camera.controls = [FakeDriver.describe(cv4l2_cid_gain, "Gain", 0...255)]
    let nodes = [
      "video0": node(V4L2_CAP_META_CAPTURE | V4L2_CAP_STREAMING),
      "video1": node(V4L2_CAP_VIDEO_OUTPUT | V4L2_CAP_STREAMING, formats: ["YUYV"]),
      "video2": camera,
      "video3": node(V4L2_CAP_VIDEO_CAPTURE | V4L2_CAP_STREAMING),
      "video4": node(V4L2_CAP_VIDEO_M2M | V4L2_CAP_STREAMING),
      "video5": node(V4L2_CAP_VIDEO_CAPTURE, formats: ["YUYV"]),
    ]
    for name in nodes.keys { try Data().write(to: URL(filePath: "\(folder)/\(name)")) }
    let driver = FakeDriver(Dictionary(uniqueKeysWithValues: nodes.map { ("\(folder)/\($0.key)", $0.value) }))
    let list = CameraList.scan(folder: folder, system: driver)
    #expect(list.cameras.map(\.path) == ["\(folder)/video2"])
    #expect(list.cameras.first?.controls.map(\.offer) == ["gain (0…255)"])
    #expect(
      list.others.map(\.kind)
        == ["metadata", "an output", "captures no format", "a codec", "captures, but can't stream"])
    #expect(driver.openCount == 0)
  }

  // MARK: Controls

  static let webcam: FakeDriver.Node = {
    var node = FakeDriver.Node()
    node.controls = [
      FakeDriver.describe(0x0098_0900, "Brightness", -64...64),
      FakeDriver.describe(cv4l2_cid_autogain, "Gain, Automatic", 0...1, V4L2_CTRL_TYPE_BOOLEAN),
      FakeDriver.describe(cv4l2_cid_gain, "Gain", 0...255),
      FakeDriver.describe(cv4l2_cid_power_line_frequency, "Power Line Frequency", 0...2, V4L2_CTRL_TYPE_MENU),
      FakeDriver.describe(cv4l2_cid_exposure_auto, "Auto Exposure", 0...3, V4L2_CTRL_TYPE_MENU),
      FakeDriver.describe(cv4l2_cid_exposure_absolute, "Exposure Time, Absolute", 3...2047),
      FakeDriver.describe(0x009A_0900, "Camera Controls", 0...0, V4L2_CTRL_TYPE_CTRL_CLASS),
    ]
    node.menus = [
      cv4l2_cid_power_line_frequency: [0: "Disabled", 1: "50 Hz", 2: "60 Hz"],
      cv4l2_cid_exposure_auto: [1: "Manual Mode", 3: "Aperture Priority Mode"],
    ]
    return node
  }()

  static func settings(_ change: (inout CameraSettings) -> Void) -> CameraRequest {
    var settings = CameraSettings()
    change(&settings)
    return CameraRequest(width: 64, height: 48, settings: settings)
  }

  @Test func whatIsSetIsSetInOrder() throws {
    let driver = FakeDriver([Self.path: Self.webcam])
    _ = try Self.camera(
      driver,
      Self.settings {
        $0.exposure = .milliseconds(12.5)
        $0.gain = .value(40)
        $0.powerLine = .hz50
        $0.controls = ["brightness": -3]
      })
    let expected: [(UInt32, Int32)] = [
      (cv4l2_cid_exposure_auto, 1), (cv4l2_cid_exposure_absolute, 125), (cv4l2_cid_autogain, 0), (cv4l2_cid_gain, 40),
      (cv4l2_cid_power_line_frequency, 1), (0x0098_0900, -3),
    ]
    #expect(driver.assignments.map { [Int($0.number), Int($0.value)] } == expected.map { [Int($0.0), Int($0.1)] })
  }

  @Test func nothingIsSetUnlessAsked() throws {
    let driver = FakeDriver([Self.path: Self.webcam])
    _ = try Self.camera(driver)
    #expect(driver.assignments.isEmpty)
  }

  @Test func theCameraMayChooseByItself() throws {
    let driver = FakeDriver([Self.path: Self.webcam])
    _ = try Self.camera(
      driver,
      Self.settings {
        $0.exposure = .auto
        $0.gain = .auto
      })
    #expect(driver.assignments.map(\.value) == [3, 1])
  }

  @Test func whatTheCameraDoesNotTakeIsRefusedWithItsOffer() {
    func refusal(_ node: FakeDriver.Node = Self.webcam, _ change: (inout CameraSettings) -> Void) -> String? {
      let driver = FakeDriver([Self.path: node])
      let error = #expect(throws: CaptureError.self) { _ = try Self.camera(driver, Self.settings(change)) }
      #expect(driver.openCount == 0 && driver.assignments.isEmpty)
      return error?.description
    }
    let offer =
      "it offers brightness (-64…64), gain_automatic (0…1), gain (0…255), power_line_frequency (0 Disabled, 1 50 Hz, 2 60 Hz), "
      + "auto_exposure (1 Manual Mode, 3 Aperture Priority Mode), exposure_time_absolute (3…2047)"
    #expect(refusal { $0.controls = ["zoom": 1] } == "/dev/video0: has no control “zoom”; \(offer)")
    #expect(refusal { $0.gain = .value(256) } == "/dev/video0: gain can't be 256; the camera takes gain (0…255)")
    #expect(
      refusal { $0.powerLine = .auto }
        == "/dev/video0: power_line can't be 3; the camera takes power_line_frequency (0 Disabled, 1 50 Hz, 2 60 Hz)")
    #expect(
      refusal { $0.exposure = .milliseconds(500) }
        == "/dev/video0: exposure can't be 5000; the camera takes exposure_time_absolute (3…2047)")
    #expect(
      refusal(FakeDriver.Node()) { $0.exposure = .auto }
        == "/dev/video0: has no control for exposure: auto; it offers none")
  }
}
