import CV4L2
import Foundation

/// A node of `/dev` that captures video.
package struct CameraInfo: Equatable, Sendable {
  /// `/dev/videoN`.
  package var path: String
  /// The card's name, the driver's, and where the device hangs.
  package var card, driver, bus: String
  /// Links that keep their name: by serial number, by socket.
  package var byID: [String] = []
  package var byPath: [String] = []
  /// What the camera itself offers.
  package var formats: [CameraFormat] = []
  package var controls: [CameraControl] = []
  /// Whether another program makes the frames (v4l2loopback).
  package var isLoopback: Bool { driver.contains("loopback") }

  package init(path: String, card: String, driver: String, bus: String) {
    self.path = path
    self.card = card
    self.driver = driver
    self.bus = bus
  }

  /// Whether a name says this camera: its path, a link's path, or their last part.
  func isCalled(_ name: String) -> Bool {
    ([path] + byID + byPath).contains { $0 == name || ($0 as NSString).lastPathComponent == name }
  }
}

/// The cameras there are at one moment.
package struct CameraList: Equatable, Sendable {
  /// Those that capture video, by their number; `v4l2loopback` last.
  package var cameras: [CameraInfo]
  /// Nodes that could not be asked, and why: most often a missing permission.
  package var unreadable: [CaptureError]
  /// Nodes that are no cameras, and what they are.
  package var others: [OtherNode]

  /// A video node that doesn't capture video.
  package struct OtherNode: Equatable, Sendable {
    package var path: String
    /// Such as `metadata`.
    package var kind: String
  }

  package init(cameras: [CameraInfo], unreadable: [CaptureError] = [], others: [OtherNode] = []) {
    self.cameras = cameras.filter { !$0.isLoopback } + cameras.filter { $0.isLoopback }
    self.unreadable = unreadable
    self.others = others
  }

  /// The cameras that a name may mean, in the order in which they are tried: for `auto` all that are no loopbacks, or these
  /// where there is nothing else; for any other name the one of ``choose(_:)``.
  ///
  /// - Throws: ``CaptureError/noCamera(name:known:unreadable:)`` where there is none.
  func candidates(_ name: String) throws(CaptureError) -> [CameraInfo] {
    let first = try choose(name)
    guard name == "auto", !first.isLoopback else { return [first] }
    return cameras.filter { !$0.isLoopback }
  }

  /// The camera of that name: `auto` (the first), a path of `/dev` or a link to one, a link's last part, or a part of the card's
  /// name in upper or lower case.
  ///
  /// - Throws: ``CaptureError/noCamera(name:known:unreadable:)`` with what there is instead.
  package func choose(_ name: String) throws(CaptureError) -> CameraInfo {
    let found =
      if name == "auto" { cameras.first } else {
        cameras.first { $0.isCalled(name) }
          ?? cameras.first { name.hasPrefix("/") && $0.path == Self.target(of: name) }
          ?? cameras.first { !name.isEmpty && $0.card.range(of: name, options: .caseInsensitive) != nil }
      }
    guard let found else {
      throw .noCamera(
        name: name, known: cameras.map { "\($0.path) (\($0.card))" }, unreadable: unreadable.map(\.description))
    }
    return found
  }

  /// What a path is a link to. Not by Foundation, which leaves udev's relative links as they are.
  private static func target(of path: String) -> String {
    guard let resolved = realpath(path, nil) else { return path }
    defer { free(resolved) }
    return String(cString: resolved)
  }
}

extension CameraList {
  /// Asks every `videoN` of a folder what it is. Opens each for a moment; takes some milliseconds.
  package static func scan(folder: String = "/dev") -> CameraList { scan(folder: folder, system: KernelVideo.shared) }

  static func scan(folder: String, system: any VideoSystem) -> CameraList {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    let numbers = names.compactMap { $0.hasPrefix("video") ? Int($0.dropFirst("video".count)) : nil }.sorted()
    let byID = links(in: folder + "/v4l/by-id")
    let byPath = links(in: folder + "/v4l/by-path")
    var cameras: [CameraInfo] = []
    var unreadable: [CaptureError] = []
    var others: [OtherNode] = []
    for path in numbers.map({ "\(folder)/video\($0)" }) {
      do throws(CaptureError) {
        switch try ask(path, system) {
        case .camera(var camera):
          camera.byID = byID[path] ?? []
          camera.byPath = byPath[path] ?? []
          cameras.append(camera)
        case .other(let kind): others.append(OtherNode(path: path, kind: kind))
        }
      } catch {
        unreadable.append(error)
      }
    }
    return CameraList(cameras: cameras, unreadable: unreadable, others: others)
  }

  private enum Answer {
    case camera(CameraInfo)
    case other(String)
  }

  private static func ask(_ path: String, _ system: any VideoSystem) throws(CaptureError) -> Answer {
    let node = try VideoNode(path: path, converts: false, system: system)
    let answer = try node.capabilities()
    let all = answer.capabilities
    let own = all & UInt32(V4L2_CAP_DEVICE_CAPS) != 0 ? answer.device_caps : all
    guard own & UInt32(V4L2_CAP_VIDEO_CAPTURE) != 0 else { return .other(kind(of: own)) }
    guard own & UInt32(V4L2_CAP_STREAMING) != 0 else { return .other("captures, but can't stream") }
    var camera = CameraInfo(
      path: path, card: text(of: answer.card), driver: text(of: answer.driver), bus: text(of: answer.bus_info))
    camera.formats = node.formats()
    // Drivers of old kernels give a metadata node the capabilities of its whole device.
    if camera.formats.isEmpty { return .other("captures no format") }
    camera.controls = node.controls()
    return .camera(camera)
  }

  /// What a node that doesn't capture video is, by its capabilities.
  private static func kind(of capabilities: UInt32) -> String {
    let kinds: [(bits: Int32, name: String)] = [
      (V4L2_CAP_META_CAPTURE | V4L2_CAP_META_OUTPUT, "metadata"),
      (V4L2_CAP_VIDEO_M2M | V4L2_CAP_VIDEO_M2M_MPLANE, "a codec"),
      (V4L2_CAP_VIDEO_OUTPUT | V4L2_CAP_VIDEO_OUTPUT_MPLANE, "an output"),
      (V4L2_CAP_VIDEO_CAPTURE_MPLANE, "captures in several planes, which is not read"),
    ]
    return kinds.first { capabilities & UInt32(bitPattern: $0.bits) != 0 }?.name ?? "no video"
  }

  /// Node → the links to it, sorted.
  static func links(in folder: String) -> [String: [String]] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return Dictionary(grouping: names.sorted().map { folder + "/" + $0 }, by: target(of:))
  }
}
