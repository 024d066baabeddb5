// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.20;

/// What a deceiver, or a token that nobody listed, can put into a receipt. For tests only.
contract FalseToken {
    string public constant symbol = "USDT";
    uint8 public constant decimals = 6;

    event Transfer(address indexed from, address indexed to, uint256 value);
    event Anything(uint256 value);

    constructor() payable {}

    /// Takes native coin by code, so that a plain transfer's gas is not enough.
    receive() external payable {
        emit Anything(msg.value);
    }

    /// An ERC-20 log though nothing moves.
    function pretend(address from, address to, uint256 value) external {
        emit Transfer(from, to, value);
    }

    /// The log of an ERC-721: the same topic, with the token's id as a fourth; once as it should
    /// be, and once with a word of data, which an amount could be read from.
    function pretendCollectible(address from, address to, uint256 tokenId) external {
        bytes32 topic = keccak256("Transfer(address,address,uint256)");
        bytes32 sender = bytes32(uint256(uint160(from)));
        bytes32 receiver = bytes32(uint256(uint160(to)));
        assembly {
            log4(0, 0, topic, sender, receiver, tokenId)
            mstore(0, tokenId)
            log4(0, 32, topic, sender, receiver, tokenId)
        }
    }

    /// A transfer log whose "addresses" are wider than addresses.
    function pretendWide(bytes32 from, bytes32 to, uint256 value) external {
        bytes32 topic = keccak256("Transfer(address,address,uint256)");
        assembly {
            mstore(0, value)
            log3(0, 32, topic, from, to)
        }
    }

    /// Some other log first, so that the transfer is the second of its receipt.
    function speakThenPretend(address from, address to, uint256 value) external {
        emit Anything(value);
        emit Transfer(from, to, value);
    }

    /// Native coin by an internal call: no receipt shows it.
    function forward(address payable to) external payable {
        (bool sent, ) = to.call{value: msg.value}("");
        require(sent, "not sent");
    }
}
