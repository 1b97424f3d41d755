import Foundation
import Testing

@testable import Capture

/// Which camera a name means.
@Suite struct CameraListTests {
  static let list: CameraList = {
    var logitech = CameraInfo(path: "/dev/video2", card: "HD Pro Webcam C920", driver: "uvcvideo", bus: "usb-1")
    logitech.byID = ["/dev/v4l/by-id/usb-046d_HD_Pro_Webcam_C920_6F7A-video-index0"]
    logitech.byPath = ["/dev/v4l/by-path/pci-0000:00:14.0-usb-0:1:1.0-video-index0"]
    return CameraList(cameras: [
      CameraInfo(path: "/dev/video0", card: "OBS Virtual Camera", driver: "v4l2 loopback", bus: "platform:0"), logitech,
      CameraInfo(path: "/dev/video4", card: "Integrated Camera", driver: "uvcvideo", bus: "usb-2"),
    ])
  }()

  @Test(arguments: [
    ("auto", "/dev/video2"),
    ("/dev/video4", "/dev/video4"),
    ("video4", "/dev/video4"),
    ("/dev/video0", "/dev/video0"),
    ("/dev/v4l/by-id/usb-046d_HD_Pro_Webcam_C920_6F7A-video-index0", "/dev/video2"),
    ("usb-046d_HD_Pro_Webcam_C920_6F7A-video-index0", "/dev/video2"),
    ("/dev/v4l/by-path/pci-0000:00:14.0-usb-0:1:1.0-video-index0", "/dev/video2"),
    ("pci-0000:00:14.0-usb-0:1:1.0-video-index0", "/dev/video2"),
    ("c920", "/dev/video2"),
    ("INTEGRATED", "/dev/video4"),
    ("obs", "/dev/video0"),
    // Two cards have it: the first that is no loopback.
    ("camera", "/dev/video4"),
  ]) func aNameMeansACamera(name: String, path: String) throws {
    #expect(try Self.list.choose(name).path == path)
  }

  @Test(arguments: ["/dev/video7", "brio", ""]) func anUnknownNameListsWhatThereIs(name: String) {
    let error = #expect(throws: CaptureError.self) { try Self.list.choose(name) }
    #expect(
      error?.description == "camera “\(name)”: not found; there are /dev/video2 (HD Pro Webcam C920), "
        + "/dev/video4 (Integrated Camera), /dev/video0 (OBS Virtual Camera)")
  }

  @Test func autoTakesALoopbackWhereThereIsNothingElse() throws {
    let loopback = CameraInfo(path: "/dev/video9", card: "Dummy", driver: "v4l2 loopback", bus: "")
    #expect(try CameraList(cameras: [loopback]).choose("auto") == loopback)
  }

  @Test func noCameraIsSaid() {
    let error = #expect(throws: CaptureError.self) { try CameraList(cameras: []).choose("auto") }
    #expect(error?.description == "camera “auto”: no camera found (no /dev/video* device captures video)")
  }

  @Test func aMissingPermissionIsSaid() {
    let refusal = CaptureError.device(path: "/dev/video0", call: "open", code: EACCES)
    let error = #expect(throws: CaptureError.self) { try CameraList(cameras: [], unreadable: [refusal]).choose("auto") }
    #expect(
      error?.description
        == "camera “auto”: no camera can be read (/dev/video0: open: Permission denied: is this user in the group “video”?)"
    )
  }

  @Test func linksToANodeAreFollowed() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "dev-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let node = (folder.path as NSString).resolvingSymlinksInPath + "/video3"
    try Data().write(to: URL(filePath: node))
    let link = folder.appending(path: "front camera").path
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: node)
    let camera = CameraInfo(path: node, card: "Any", driver: "any", bus: "")
    #expect(try CameraList(cameras: [camera]).choose(link) == camera)
  }

  @Test func linksAreFoundByTheirNode() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "dev-\(UUID().uuidString)")
    let links = folder.appending(path: "v4l/by-id")
    try FileManager.default.createDirectory(at: links, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    for number in [0, 2] { try Data().write(to: folder.appending(path: "video\(number)")) }
    // Relative, as udev makes them.
    for (name, target) in [
      ("usb-B-video-index0", "video2"), ("usb-A-video-index0", "video0"), ("usb-A again", "video0"),
    ] {
      try FileManager.default.createSymbolicLink(
        atPath: links.appending(path: name).path, withDestinationPath: "../../\(target)")
    }
    let root = (folder.path as NSString).resolvingSymlinksInPath
    #expect(
      CameraList.links(in: links.path) == [
        "\(root)/video0": ["\(links.path)/usb-A again", "\(links.path)/usb-A-video-index0"],
        "\(root)/video2": ["\(links.path)/usb-B-video-index0"],
      ])
  }

  @Test func filesThatAreNoDevicesAreReportedAndLeft() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "dev-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    for name in ["video10", "video2", "videotape", "null"] { try Data().write(to: folder.appending(path: name)) }
    let list = CameraList.scan(folder: folder.path)
    #expect(list.cameras.isEmpty)
    #expect(
      list.unreadable.map(\.description)
        == ["video2", "video10"].map { "\(folder.path)/\($0): VIDIOC_QUERYCAP: Inappropriate ioctl for device" })
    #expect(CameraList.scan(folder: folder.path + "/missing") == CameraList(cameras: []))
  }
}
