import FaceCore
import Foundation
import TestSupport
import Testing

@testable import OSCQuery

/// HTTP as the OSCQuery proposal has it.
@Suite(.inRealTime) struct QueryTests {
  @Test func everyNodeHasWhatTheProposalAsks() async throws {
    try await withServer { port, _ in
      var methods: [String: String] = [:]
      func check(_ node: [String: Any], path: String) throws {
        #expect(node["FULL_PATH"] as? String == path)
        let access = try #require(node["ACCESS"] as? Int)
        if let types = node["TYPE"] as? String {
          methods[path] = types
          #expect(access == 1)
          #expect((node["VALUE"] as? [Any])?.count == types.count, "\(path)")
          for attribute in ["RANGE", "UNIT", "CLIPMODE"] {
            if let list = node[attribute] { #expect((list as? [Any])?.count == types.count, "\(path) \(attribute)") }
          }
          #expect((node["DESCRIPTION"] as? String)?.isEmpty == false)
        } else {
          #expect(access == 0 && node["VALUE"] == nil && node["CONTENTS"] != nil, "\(path)")
        }
        for (name, child) in node["CONTENTS"] as? [String: [String: Any]] ?? [:] {
          try check(child, path: (path == "/" ? "" : path) + "/" + name)
        }
      }
      let reply = try BrowserClient.get("/", port: port)
      #expect(reply.status == 200 && reply.headers["content-type"] == "application/json")
      try check(try reply.json(), path: "/")
      // By docs/osc-native.md.
      #expect(methods.count == 61)
      #expect(methods["/gurn/face/0/present"] == "i" && methods["/gurn/face/0/rotation"] == "ffff")
      #expect(methods["/gurn/face/0/euler"] == "fff" && methods["/gurn/face/0/time"] == "d")
      #expect(methods["/gurn/face/0/weights"] == String(repeating: "f", count: 52))
      for shape in Blendshape.allCases { #expect(methods["/gurn/face/0/blend/\(shape.name)"] == "f") }
      for path in methods.keys {
        #expect(try BrowserClient.get(path, port: port).json()["FULL_PATH"] as? String == path)
      }
    }
  }

  @Test func everyFaceHasItsOwnPartOfTheTree() async throws {
    try await withServer({ $0.faces = 2 }) { port, feed in
      feed.publish([face(), face { $0.weights[.jawOpen] = 0.25 }], ageSeconds: 0)
      func node(_ path: String) throws -> [String: Any] { try BrowserClient.get(path, port: port).json() }
      #expect(try (node("/gurn/face")["CONTENTS"] as? [String: Any])?.keys.sorted() == ["0", "1"])
      for number in 0..<2 {
        #expect(
          try node("/gurn/face/\(number)")["DESCRIPTION"] as? String == "a face: left and right are the subject's own")
        let jaw = try node("/gurn/face/\(number)/blend/jawOpen")
        #expect((jaw["DESCRIPTION"] as? String)?.contains("jawOpen") == true && jaw["RANGE"] != nil)
        #expect(jaw["VALUE"] as? [Double] == [number == 0 ? Double(Blendshape.jawOpen.rawValue + 1) / 64 : 0.25])
      }
      #expect(try BrowserClient.get("/gurn/face/2", port: port).status == 404)
    }
  }

  @Test func valuesAreThoseSentLast() async throws {
    try await withServer { port, feed in
      feed.publish([face()], ageSeconds: 0.25)
      func value(_ path: String) throws -> [Double]? {
        try BrowserClient.get(path + "?VALUE", port: port).json()["VALUE"] as? [Double]
      }
      #expect(try value("/gurn/face/0/blend/browDownLeft") == [1.0 / 64])
      #expect(try value("/gurn/face/0/weights") == (1...52).map { Double($0) / 64 })
      #expect(try value("/gurn/face/0/present") == [1])
      #expect(try value("/gurn/face/0/age") == [0.25])
      #expect(try value("/gurn/face/0/time") == [12.5])
      let euler = try #require(try value("/gurn/face/0/euler"))
      #expect(abs(euler[0] - 30) < 1e-4 && abs(euler[1]) < 1e-4 && abs(euler[2]) < 1e-4, "\(euler)")
      feed.publish([face { $0.weights[.browDownLeft] = 0.5 }], ageSeconds: 0)
      #expect(try value("/gurn/face/0/blend/browDownLeft") == [0.5])
    }
  }

  @Test func attributesComeAlone() async throws {
    try await withServer { port, _ in
      let range = try BrowserClient.get("/gurn/face/0/blend/jawOpen?RANGE", port: port).json()
      #expect(Array(range.keys) == ["RANGE"])
      #expect(range["RANGE"] as? [[String: Double]] == [["MIN": 0, "MAX": 1]])
      let two = try BrowserClient.get("/gurn/face/0/euler?TYPE&UNIT", port: port).json()
      #expect(two["TYPE"] as? String == "fff" && two["UNIT"] as? [String] == Array(repeating: "angle.degree", count: 3))
      #expect(two.count == 2)
      // A container has no type: an empty object.
      #expect(try BrowserClient.get("/gurn?TYPE", port: port).json().isEmpty)
    }
  }

  @Test func hostInformationNamesTheExtensions() async throws {
    try await withServer { port, _ in
      for path in ["/", "/gurn/face/0/age", "/not/there"] {
        let info = try BrowserClient.get(path + "?HOST_INFO", port: port).json()
        #expect(info["NAME"] as? String == "Gurn" && info["OSC_TRANSPORT"] as? String == "UDP")
        let extensions = try #require(info["EXTENSIONS"] as? [String: Bool])
        for name in ["ACCESS", "VALUE", "RANGE", "DESCRIPTION", "UNIT", "LISTEN"] { #expect(extensions[name] == true) }
      }
    }
  }

  @Test(arguments: [
    ("/gurn/face/0/blend/jawClosed", 404), ("/gurn/face/0/blend/jawClosed?VALUE", 404), ("/gurn?VALUE", 204),
    ("/gurn/face/0/age?CRITICAL", 204), ("/gurn/face/0/age?VALUE=1", 400), ("/gurn/face/0/age?VALUE&&TYPE", 400),
    ("/gurn/%zz", 400), ("/gurn/face/0/age#VALUE", 404), ("/gurn/face/0/age?VALUE#top", 200), ("/gurn/", 200),
    ("/gurn/f%61ce", 200),
  ]) func requestsGetTheirStatus(target: String, status: Int) async throws {
    try await withServer { port, _ in
      let reply = try BrowserClient.get(target, port: port)
      #expect(reply.status == status)
    }
  }

  @Test func onlyGETIsServed() async throws {
    try await withServer { port, _ in
      let reply = try BrowserClient.get(
        "/", port: port, method: "POST", headers: ["Host: localhost", "Content-Length: 0"])
      #expect(reply.status == 405 && reply.headers["allow"] == "GET")
    }
  }

  @Test func whatIsAcceptedCanBeWrittenOnly() async throws {
    let change: (inout OSCQueryServer.Configuration) -> Void = {
      $0.oscPort = 39_570
      $0.accepts = [.init(address: "/gurn/subscribe", types: "s", description: "begins a stream")]
    }
    try await withServer(change) { port, _ in
      let node = try BrowserClient.get("/gurn/subscribe", port: port).json()
      #expect(node["ACCESS"] as? Int == 2 && node["TYPE"] as? String == "s" && node["VALUE"] == nil)
      #expect(try BrowserClient.get("/gurn/subscribe?VALUE", port: port).status == 204)
      #expect(try BrowserClient.get("/?HOST_INFO", port: port).json()["OSC_PORT"] as? Int == 39_570)
    }
  }

  @Test(
    arguments: [
      (nil, "127.0.0.1:39580", true), (nil, "localhost", true), (nil, "[::1]:39580", true),
      (nil, "192.168.1.5:80", true),
      (nil, "gurn.local", true), (nil, "attacker.example:39580", false), (nil, nil, false),
      ("http://127.0.0.1:8000", "127.0.0.1:39580", true), ("http://localhost:8000", "127.0.0.1:39580", true),
      ("https://192.168.1.5", "192.168.1.5:39580", true), ("http://192.168.1.6", "192.168.1.5:39580", false),
      ("https://attacker.example", "127.0.0.1:39580", false), ("null", "127.0.0.1:39580", false),
      ("http://127.0.0.1.attacker.example", "127.0.0.1:39580", false),
      ("http://attacker.example", "attacker.example:39580", false),
    ] as [(String?, String?, Bool)]) func pagesFromElsewhereAreRefused(origin: String?, host: String?, isServed: Bool)
  {
    #expect(OriginPolicy.allows(origin: origin, host: host) == isServed)
  }

  @Test func theServerAppliesTheOriginPolicy() async throws {
    try await withServer { port, _ in
      let evil = try BrowserClient.get(
        "/", port: port, headers: ["Host: 127.0.0.1", "Origin: https://attacker.example"])
      #expect(evil.status == 403)
      #expect(try BrowserClient(port: port).upgrade(origin: "https://attacker.example") == 403)
      let good = try BrowserClient.get("/", port: port, headers: ["Host: 127.0.0.1", "Origin: http://localhost:8000"])
      #expect(good.status == 200 && good.headers["access-control-allow-origin"] == "http://localhost:8000")
    }
  }
}
