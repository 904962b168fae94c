//! The role of an account as CloudFormation makes it, and the file that names it.

use serde_json::{Value, json};

use super::policy;

/// A file for `--accounts` with one account, as it stands after the role was made.
pub const ACCOUNTS_FILE: &str = "\
[[account]]
name = \"research\"
role_arn = \"arn:aws:iam::111122223333:role/WattledgerReader\"
external_id = \"the external id that you chose\"
regions = [\"us-east-1\", \"eu-west-1\"]
";

/// A template that makes the role: whoever gives its ARN and the external id may read what [`policy::document`] allows, and
/// nothing else.
#[must_use]
pub fn role() -> Value {
    json!({
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": "The role that Wattledger reads this account through. It can change nothing.",
        "Parameters": {
            "ReaderArn": {
                "Type": "String",
                "Description": "ARN of the user or role that Wattledger runs as",
                "AllowedPattern": "arn:aws[a-z-]*:iam::[0-9]{12}:(user|role|root).*"
            },
            "ExternalId": {
                "Type": "String",
                "Description": "A secret of your choice, the same as in the file of accounts",
                "MinLength": 8,
                "MaxLength": 1224,
                "AllowedPattern": "[A-Za-z0-9+=,.@:/-]*"
            }
        },
        "Resources": {
            "Reader": {
                "Type": "AWS::IAM::Role",
                "Properties": {
                    "RoleName": "WattledgerReader",
                    "AssumeRolePolicyDocument": {
                        "Version": "2012-10-17",
                        "Statement": [{
                            "Effect": "Allow",
                            "Principal": { "AWS": { "Ref": "ReaderArn" } },
                            "Action": "sts:AssumeRole",
                            "Condition": { "StringEquals": { "sts:ExternalId": { "Ref": "ExternalId" } } }
                        }]
                    },
                    "Policies": [{ "PolicyName": "ReadUsage", "PolicyDocument": policy::document(&[], false) }]
                }
            }
        },
        "Outputs": { "RoleArn": { "Value": { "Fn::GetAtt": ["Reader", "Arn"] } } }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_role_allows_what_the_policy_says_to_whoever_knows_the_external_id() {
        let role = role();
        let properties = &role["Resources"]["Reader"]["Properties"];
        assert_eq!(properties["Policies"][0]["PolicyDocument"], policy::document(&[], false));
        assert_eq!(properties["Policies"].as_array().unwrap().len(), 1);
        let trust = &properties["AssumeRolePolicyDocument"]["Statement"][0];
        assert_eq!(trust["Condition"]["StringEquals"]["sts:ExternalId"]["Ref"], "ExternalId");
        assert!(
            serde_json::to_string(&role).unwrap().len() < 51_200,
            "a template sent with the call holds 51,200 bytes"
        );
    }
}
