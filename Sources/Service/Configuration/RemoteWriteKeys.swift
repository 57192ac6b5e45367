internal import Networking
internal import Pipeline

/// Every key of `remote_write`; the words are those of Prometheus where it has one.
private enum RemoteWriteKeys {
    static let all: [MapKey<RemoteWriteTarget>] = [
        MapKey("url") { target, node, reader throws(ConfigurationError) in
            target.url = try reader.remoteAddress(node)
        },
        MapKey("match") { target, node, reader throws(ConfigurationError) in
            target.match = try reader.selector(node, "match")
        },
        MapKey("headers") { target, node, reader throws(ConfigurationError) in
            target.headers = try reader.remoteHeaders(node)
        },
        MapKey("token_file") { target, node, reader throws(ConfigurationError) in
            target.token = try reader.secret(inFile: node, "token_file")
        },
        MapKey("timeout") { target, node, reader throws(ConfigurationError) in
            target.timeoutSeconds = try reader.seconds(node, "timeout", 0.1...300, "100ms to 5m")
        },
        MapKey("every") { target, node, reader throws(ConfigurationError) in
            target.everySeconds = try reader.seconds(node, "every", 0.1...300, "100ms to 5m")
        },
        MapKey("queue") { target, node, reader throws(ConfigurationError) in
            let text = try reader.text(node, "queue")
            guard let bytes = Setting.bytes(text), bytes >= 1 << 20 else {
                throw reader.complaint(node, "queue", "a size from 1MiB to 4GiB, as 64MiB", text)
            }
            target.queueBytes = bytes
        },
        MapKey("max_age") { target, node, reader throws(ConfigurationError) in
            target.mostAgeSeconds = try reader.seconds(node, "max_age", 60...31_536_000, "1m to 365d")
        },
    ]
}

extension ValueReader {
    /// Where scores are written to.
    mutating func remoteWrite(_ node: YAMLNode) throws(ConfigurationError) -> RemoteWriteTarget? {
        var target = RemoteWriteTarget(url: "")
        readMap(node, RemoteWriteKeys.all, of: "remote_write", into: &target)
        guard case .map = node.content else { return nil }
        guard node.member("url") != nil else {
            throw node.error(in: file, "remote_write has no url, as http://127.0.0.1:9090/api/v1/write")
        }
        if target.token != nil, target.headers.contains(where: { $0.name.lowercased() == "authorization" }) {
            throw node.error(in: file, "either token_file or the header Authorization is needed, not both")
        }
        return target
    }

    /// An address that can be asked.
    fileprivate func remoteAddress(_ node: YAMLNode) throws(ConfigurationError) -> String {
        let text = try text(node, "url")
        do throws(HTTPClientError) {
            _ = try RemoteWriteCourier(RemoteWriteTarget(url: text))
            return text
        } catch {
            throw node.error(in: file, "\(error)")
        }
    }

    /// Fields of each request; those that the protocol fixes are not among them.
    fileprivate func remoteHeaders(
        _ node: YAMLNode
    ) throws(ConfigurationError) -> [RemoteWriteTarget.Header] {
        guard case .map(let members) = node.content else {
            throw node.error(in: file, "headers must be a map, not \(node.kind)")
        }
        let fixed = RemoteWriteCourier.fields.map { $0.name.lowercased() } + ["host", "content-length"]
        var headers: [RemoteWriteTarget.Header] = []
        for (key, value) in members {
            guard HTTPClient.isFieldName(key.text) else {
                throw key.error(in: file, "\"\(key.text)\" is no name of a header field")
            }
            guard !fixed.contains(key.text.lowercased()) else {
                throw key.error(in: file, "the header \(key.text) is that of the protocol")
            }
            headers.append(RemoteWriteTarget.Header(name: key.text, value: try secret(value, key.text)))
        }
        return headers
    }

    /// A duration within bounds.
    fileprivate func seconds(
        _ node: YAMLNode, _ name: String, _ bounds: ClosedRange<Double>, _ range: String
    ) throws(ConfigurationError) -> Double {
        let seconds = Double(try milliseconds(node, name)) / 1000
        guard bounds.contains(seconds) else {
            throw complaint(node, name, "a duration from \(range)", try text(node, name))
        }
        return seconds
    }
}
